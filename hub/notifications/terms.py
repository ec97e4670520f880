"""What people hear of the A to Z: a term they follow was renamed, merged, split or retired, and what was decided about a
proposal. What is newly tagged with a term, the rooms tell, with the reason "term"."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from hub.notifications import kinds, queries, reasons
from hub.notifications.actions import notify
from hub.notifications.kinds import Kind, Subject, Words
from hub.notifications.reasons import Followed, Group, Reason
from taxonomy.models import Concept, ConceptChange, Follow, Proposal, ProposalComment, ProposalSupport
from taxonomy.signals import proposal_decided, terms_changed

_TOLD = {ConceptChange.Kind.RENAME, ConceptChange.Kind.MERGE, ConceptChange.Kind.SPLIT, ConceptChange.Kind.RETIRE}


def _change_in_words(change: ConceptChange) -> Words:
    """Its address is that of a term which is there to be read, rather than of one that went."""
    concepts = sorted(change.concepts.all(), key=lambda concept: (concept.status != Concept.Status.PUBLISHED, concept.label))
    return Words(title=change.summary, url=concepts[0].get_absolute_url() if concepts else "", extract=change.reason)


def _proposal_in_words(proposal: Proposal) -> Words:
    about = proposal.label or ", ".join(concept.label for concept in proposal.concepts.all())
    return Words(title=f"{proposal.get_kind_display()}: {about}", url=proposal.get_absolute_url(), extract=proposal.decision_reason)


CHANGE = Subject(
    "term-change", lambda viewer: ConceptChange.objects.visible_to(viewer).prefetch_related("concepts"), _change_in_words
)
PROPOSAL = Subject("proposal", lambda viewer: Proposal.objects.visible_to(viewer).prefetch_related("concepts"), _proposal_in_words)

FOLLOWS_TERM = Reason(
    "term",
    Group.TERMS,
    "you follow the term “{name}”",
    nameless="you follow a term it is about",
    follows=Followed(Follow, "concept", lambda viewer: Concept.objects.with_an_address()),
)
BACKED = Reason("backed", Group.OWN, "you backed it")
DISCUSSED = Reason("discussed", Group.OWN, "you said something about it")


def register() -> None:
    for reason in (FOLLOWS_TERM, BACKED, DISCUSSED):
        reasons.register(reason)
    kinds.register(
        Kind("term-changed", CHANGE, "A term has changed"),
        Kind("proposal-accepted", PROPOSAL, "Accepted"),
        Kind("proposal-declined", PROPOSAL, "Not taken up"),
    )
    terms_changed.connect(_terms_changed, dispatch_uid="notifications of terms")
    proposal_decided.connect(_proposal_decided, dispatch_uid="notifications of proposals")


def _is_told(change: ConceptChange) -> bool:
    """Undoing is told where what it undoes was."""
    what = change.undoes or change
    return what.kind in _TOLD


def _terms_changed(change: ConceptChange, **kwargs: Any) -> None:
    if not _is_told(change):
        return
    about = change.concepts.values_list("public_id", flat=True)
    notify(
        event_key=f"term-changed:{change.public_id}",
        kind="term-changed",
        subject=change.public_id,
        people=queries.followers("term", list(about)),
        by=change.made_by,
        now=change.made_at,
    )


def _proposal_decided(proposal: Proposal, **kwargs: Any) -> None:
    """The proposer has a letter of their own. Followers who hear of the change that was made hear no more of the proposal."""
    followers = queries.followers("term", list(proposal.concepts.values_list("public_id", flat=True)))
    people = queries.together(
        followers,
        dict.fromkeys(ProposalSupport.objects.filter(proposal=proposal).values_list("user_id", flat=True), (BACKED.key,)),
        dict.fromkeys(_discussing(proposal), (DISCUSSED.key,)),
    )
    have_heard = set(followers) if proposal.change is not None and _is_told(proposal.change) else set()
    if proposal.proposer_id is not None:
        have_heard.add(proposal.proposer_id)
    notify(
        event_key=f"proposal-decided:{proposal.public_id}",
        kind=f"proposal-{proposal.state}",
        subject=proposal.public_id,
        people={person: why for person, why in people.items() if person not in have_heard},
        thread=f"proposal:{proposal.public_id}",
        by=proposal.decided_by,
        now=proposal.decided_at or timezone.now(),
    )


def _discussing(proposal: Proposal) -> list[int]:
    comments = ProposalComment.objects.filter(proposal=proposal, author__isnull=False)
    return [author for author in comments.values_list("author_id", flat=True) if author is not None]
