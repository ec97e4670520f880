"""Developing the A-Z together: members propose, back and discuss; an editor decides, says why, and the proposer is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string

from hub.accounts.models import User
from hub.core.markdown import render
from taxonomy.actions import reshaping, terms
from taxonomy.actions.recording import Refused, fresh, lock_schemes
from taxonomy.actions.retagging import strip
from taxonomy.labels import name_key
from taxonomy.models import Concept, ConceptChange, Proposal, ProposalComment, ProposalSupport
from taxonomy.models import Mapping as ConceptMapping
from taxonomy.signals import proposal_decided

Kind = Proposal.Kind
State = Proposal.State

MOST_SOURCE = 500


class NotOpen(Refused):
    """It has been decided or taken back, perhaps since the page was drawn."""

    def __init__(self) -> None:
        super().__init__("This proposal is no longer open.")


class ProposedAlready(Refused):
    """Somebody has proposed the word, and it waits for a decision."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__(f"“{proposal.label}” has been proposed already. Back that proposal instead.")
        self.proposal = proposal


@dataclass(frozen=True)
class Wish:
    """What is to become of the terms, as Proposal's docstring says for each kind. An editor may decide on another one than
    was proposed: for a new term, a `target` makes the word another name of that term."""

    label: str = ""
    definition: str = ""
    target: Concept | None = None
    broader: Sequence[Concept] = ()
    parts: Sequence[reshaping.Part] = ()
    keep: bool = False
    mapping: Mapping[str, str] | None = None
    # Editors only: which things of a split term go to which parts.
    content: Mapping[reshaping.Thing, Sequence[int]] | None = None


# --- Proposing ----------------------------------------------------------------------------------


@transaction.atomic
def propose(
    *,
    kind: Proposal.Kind,
    wish: Wish,
    reason: str,
    by: User,
    now: dt.datetime,
    concepts: Iterable[Concept] = (),
    example: str = "",
    source: str = "",
) -> Proposal:
    """A new term becomes a candidate at once, so that content can carry it already; readers see it when it is accepted.

    `source` is an address within the hub; anything else is dropped. Raises Refused, and its ProposedAlready.
    """
    about = [fresh(concept) for concept in concepts]
    if kind == Kind.NEW:
        lock_schemes()
        about = [_candidate(wish, now)]
    _refuse_incomplete(kind, wish, about)
    proposal = Proposal.objects.create(
        kind=kind,
        label=wish.label,
        definition=wish.definition,
        target=wish.target,
        details=_details(kind, wish),
        reason=reason,
        example=example,
        source=source[:MOST_SOURCE] if source.startswith("/") and not source.startswith("//") else "",
        proposer=by,
        proposed_at=now,
        due_at=working_days_after(now, settings.TERM_PROPOSAL_WORKING_DAYS),
    )
    proposal.concepts.set(about)
    return proposal


def propose_word(*, word: str, by: User, now: dt.datetime, source: str = "") -> Concept:
    """A word somebody tagged with that is no term: its candidate, proposed now or backed if it was proposed before.

    Raises Refused where the word is a term's name: then use the term.
    """
    try:
        proposal = propose(
            kind=Kind.NEW, wish=Wish(label=word), reason="Somebody looked for this word.", by=by, now=now, source=source
        )
    except ProposedAlready as already:
        proposal = already.proposal
        if proposal.proposer_id != by.pk:
            support(proposal=proposal, by=by, now=now)
    return proposal.concepts.get()


def _candidate(wish: Wish, now: dt.datetime) -> Concept:
    waiting = Proposal.objects.waiting().filter(kind=Kind.NEW)
    for proposal in waiting:
        if name_key(proposal.label) == name_key(wish.label):
            raise ProposedAlready(proposal)
    return terms.create(label=wish.label, definition=wish.definition, status=Concept.Status.CANDIDATE, now=now)


_NEEDS = {
    Kind.RENAME: "the new name",
    Kind.MERGE: "the term it is to go into",
    Kind.SPLIT: "the terms it is to be split into",
    Kind.DEFINE: "the new meaning",
    Kind.MAP: "the address of the other term",
}


def _refuse_incomplete(kind: Proposal.Kind, wish: Wish, about: Sequence[Concept]) -> None:
    """Forms ask for all of it; this is for everybody else."""
    given = {
        Kind.RENAME: wish.label,
        Kind.MERGE: wish.target,
        Kind.SPLIT: wish.parts,
        Kind.DEFINE: wish.definition,
        Kind.MAP: (wish.mapping or {}).get("target_uri"),
    }
    if kind in given and not given[kind]:
        raise Refused(f"Say what is proposed: {_NEEDS[kind]}.")
    if not about:
        raise Refused("Say which term this is about.")
    if len(about) > 1 and kind != Kind.MERGE:
        raise Refused("Propose this for one term at a time.")
    for concept in about:
        if kind != Kind.NEW:
            terms.refuse_not_live(concept)


def _details(kind: Proposal.Kind, wish: Wish) -> dict[str, Any]:
    details: dict[str, Any] = {}
    if kind in {Kind.NEW, Kind.MOVE}:
        details["broader"] = [concept.public_id for concept in wish.broader]
    if kind == Kind.SPLIT:
        details["parts"] = [{"label": part.label, "definition": part.definition} for part in wish.parts]
        details["keep"] = wish.keep
    if kind == Kind.MAP:
        details |= wish.mapping or {}
    return details


def wish_of(proposal: Proposal) -> Wish:
    """As it was proposed: what a form for deciding begins with. Terms that are no longer in use are left out."""
    details = proposal.details
    broader = Concept.objects.filter(public_id__in=details.get("broader", []), status=Concept.Status.PUBLISHED)
    return Wish(
        label=proposal.label,
        definition=proposal.definition,
        target=proposal.target,
        broader=list(broader.order_by("label")),
        parts=[reshaping.Part(label=part["label"], definition=part["definition"]) for part in details.get("parts", [])],
        keep=details.get("keep", False),
        mapping=details if proposal.kind == Kind.MAP else None,
    )


def working_days_after(now: dt.datetime, days: int) -> dt.datetime:
    """Monday to Friday. Bank holidays differ between the nations and are not left out."""
    due = now
    while days > 0:
        due += dt.timedelta(days=1)
        days -= due.weekday() < 5
    return due


# --- Backing and discussing ---------------------------------------------------------------------


@transaction.atomic
def support(*, proposal: Proposal, by: User, now: dt.datetime) -> None:
    """Once, however often."""
    _locked_open(proposal)
    ProposalSupport.objects.get_or_create(proposal=proposal, user=by, defaults={"supported_at": now})


@transaction.atomic
def unsupport(*, proposal: Proposal, by: User, now: dt.datetime) -> None:
    _locked_open(proposal)
    ProposalSupport.objects.filter(proposal=proposal, user=by).delete()


@transaction.atomic
def comment(*, proposal: Proposal, body: str, by: User, now: dt.datetime) -> ProposalComment:
    """Markdown. After a question from an editor, the proposer's own comment opens the proposal again."""
    locked = _locked_open(proposal)
    if locked.state == State.NEEDS_WORK and locked.proposer_id == by.pk:
        _settle(locked, State.OPEN)
    return ProposalComment.objects.create(proposal=proposal, author=by, body=body, body_html=render(body), commented_at=now)


# --- Closing ------------------------------------------------------------------------------------


@transaction.atomic
def withdraw(*, proposal: Proposal, by: User, now: dt.datetime) -> None:
    """By the proposer. The candidate goes with it."""
    lock_schemes()
    locked = _locked_open(proposal)
    _settle(locked, State.WITHDRAWN)
    _forget_candidate(locked)


@transaction.atomic
def ask_for_work(*, proposal: Proposal, body: str, by: User, now: dt.datetime) -> ProposalComment:
    """An editor asks something before deciding. The target time goes on; the proposer is told."""
    locked = _locked_open(proposal)
    _settle(locked, State.NEEDS_WORK)
    question = ProposalComment.objects.create(proposal=proposal, author=by, body=body, body_html=render(body), commented_at=now)
    _tell(locked, "A question about your proposal", "question", {"question": body})
    return question


@transaction.atomic
def decline(*, proposal: Proposal, reason: str, by: User, now: dt.datetime) -> None:
    """With a reason that everybody may read who reads the proposal."""
    lock_schemes()
    locked = _locked_open(proposal)
    _decided(locked, State.DECLINED, reason, by, now)
    _forget_candidate(locked)
    _tell(locked, "What became of your proposal", "decided", {})


@transaction.atomic
def accept(*, proposal: Proposal, reason: str, by: User, now: dt.datetime, wish: Wish | None = None) -> ConceptChange:
    """Do what was proposed, or the editor's own version of it, in the same transaction. Raises Refused, and nothing is
    decided then."""
    lock_schemes()
    locked = _locked_open(proposal)
    change = _apply(locked, wish or wish_of(locked), reason, by, now)
    locked.change = change
    _decided(locked, State.ACCEPTED, reason, by, now)
    _tell(locked, "What became of your proposal", "decided", {})
    return change


def _apply(proposal: Proposal, wish: Wish, reason: str, by: User, now: dt.datetime) -> ConceptChange:
    about = list(proposal.concepts.all())
    if not about:
        raise Refused("The term this is about is no longer there. Decline it, and say so.")
    who: dict[str, Any] = {"by": by, "now": now, "reason": reason}
    concept, kind = about[0], Kind(proposal.kind)
    if kind == Kind.MERGE or (kind == Kind.NEW and wish.target is not None):
        if wish.target is None:
            raise Refused("The term it was to go into is no longer there. Choose another.")
        return reshaping.merge(concepts=about, into=wish.target, **who)
    if kind == Kind.MAP:
        said = dict(wish.mapping or {})
        kind_of_match = ConceptMapping.Kind(said.pop("kind", ConceptMapping.Kind.CLOSE))
        return terms.map_to(concept=concept, kind=kind_of_match, by=by, now=now, reason=reason, **said)
    apply = {
        Kind.NEW: lambda: terms.publish(concept=concept, label=wish.label, definition=wish.definition, broader=wish.broader, **who),
        Kind.RENAME: lambda: terms.rename(concept=concept, label=wish.label, **who),
        Kind.SPLIT: lambda: reshaping.split(concept=concept, parts=wish.parts, keep=wish.keep, content=wish.content, **who),
        Kind.MOVE: lambda: terms.move(concept=concept, broader=wish.broader, **who),
        Kind.RETIRE: lambda: reshaping.retire(concept=concept, replaced_by=[wish.target] if wish.target else [], **who),
        Kind.DEFINE: lambda: terms.describe(concept=concept, definition=wish.definition, **who),
    }
    return apply[kind]()


# --- Steps --------------------------------------------------------------------------------------


def _locked_open(proposal: Proposal) -> Proposal:
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if not locked.is_open:
        raise NotOpen
    return locked


def _settle(proposal: Proposal, state: Proposal.State) -> None:
    proposal.state = state
    proposal.save(update_fields=["state"])


def _decided(proposal: Proposal, state: Proposal.State, reason: str, by: User, now: dt.datetime) -> None:
    if not reason.strip():
        raise Refused("Say why: the proposer and everybody who backed it will read it.")
    proposal.state, proposal.decision_reason, proposal.decided_by, proposal.decided_at = state, reason, by, now
    proposal.save(update_fields=["state", "decision_reason", "decided_by", "decided_at", "change"])
    proposal_decided.send(Proposal, proposal=proposal)


def _forget_candidate(proposal: Proposal) -> None:
    """A word that does not become a term leaves no row and no tag: nobody ever saw either."""
    if proposal.kind != Kind.NEW:
        return
    for concept in proposal.concepts.filter(status=Concept.Status.CANDIDATE):
        strip(concept)
        concept.delete()


def _tell(proposal: Proposal, subject: str, template: str, context: dict[str, Any]) -> None:
    """By mail to the proposer, if there still is one with an account."""
    proposer = proposal.proposer
    if proposer is None or not proposer.is_active:
        return
    site = {"site_name": settings.WAGTAIL_SITE_NAME, "site_url": settings.SITE_URL}
    url = f"{settings.SITE_URL}{proposal.get_absolute_url()}"
    context = {**site, "proposal": proposal, "url": url, **context}
    body = render_to_string(f"emails/taxonomy/{template}.txt", context)
    EmailMessage(f"{subject}: {_subject_of(proposal)}", body, to=[proposer.email], headers={"X-Hub-Lane": "notice"}).send()


def _subject_of(proposal: Proposal) -> str:
    label = proposal.label or ", ".join(proposal.concepts.values_list("label", flat=True))
    return " ".join(label.split())
