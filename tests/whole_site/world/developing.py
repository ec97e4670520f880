"""What members would have changed in the A-Z, and what was."""

from __future__ import annotations

import datetime as dt

from taxonomy import actions
from taxonomy.models import Concept, ConceptChange, Proposal
from tests.factories.taxonomy import ConceptFactory, ProposalFactory
from tests.whole_site.matrix import ROLES
from tests.whole_site.world import CANARY, MEMBERS, NOW, STAFF, World
from tests.whole_site.world.people import WITHOUT_ACCOUNT
from tests.whole_site.world.posts import OfRole

DAY = dt.timedelta(days=1)


def propose(world: World) -> None:
    changed = world.make("changed_term", ConceptFactory(label="Changed term"))
    change = actions.describe(concept=changed, definition="Anew.", by=world["editor"], now=NOW - 9 * DAY, reason="Shared words.")
    world.make("term_change", change)
    about = {"concepts": [world["second_term"]], "proposer": world["lead"], "proposed_at": NOW - 3 * DAY, "due_at": NOW + 11 * DAY}
    world.hide("term_proposal", MEMBERS, lambda: ProposalFactory(label=f"{CANARY} rename", **about))
    world.hide("word_proposal", MEMBERS, lambda: _word(f"{CANARY} wanted", about))
    world.hide("decided_proposal", MEMBERS, lambda: _decided(about))
    taken_back = {**about, "proposer": world["asker"], "state": Proposal.State.WITHDRAWN}
    world.hide("withdrawn_proposal", STAFF, lambda: ProposalFactory(label=f"{CANARY} taken back", **taken_back))
    world.hide("unready_change", STAFF, lambda: _unready_change(world))


def _unready_change(world: World) -> ConceptChange:
    """Of a word that is not a term yet."""
    unready = ConceptFactory(label=f"{CANARY} unready", status=Concept.Status.CANDIDATE)
    said = {"by": world["editor"], "now": NOW - 8 * DAY, "reason": f"{CANARY} why."}
    return actions.describe(concept=unready, definition=f"{CANARY} perhaps.", **said)


def _word(label: str, about: dict[str, object]) -> Proposal:
    candidate = ConceptFactory(label=label, status=Concept.Status.CANDIDATE)
    return ProposalFactory(**{**about, "kind": Proposal.Kind.NEW, "label": label, "concepts": [candidate]})


def _decided(about: dict[str, object]) -> Proposal:
    words = {"state": Proposal.State.DECLINED, "decided_at": NOW - DAY, "decision_reason": f"{CANARY} no."}
    return ProposalFactory(label=f"{CANARY} declined", **{**about, **words})


def propose_for_each_role(world: World) -> None:
    own = OfRole()
    for role in (role for role in ROLES if role not in WITHOUT_ACCOUNT):
        own[role] = ProposalFactory(label=f"Wished by {role}", concepts=[world["second_term"]], proposer=world[role])
    world.make("own_proposal", own)
