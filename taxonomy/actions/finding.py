"""What readers leave behind: a follow, and an answer that is nobody's."""

from __future__ import annotations

import datetime as dt
import re

from django.db import transaction
from django.db.models import Exists, OuterRef

from hub.accounts.models import User
from taxonomy.actions.recording import fresh
from taxonomy.models import MOST_WORDS, Concept, ConceptChange, Feedback, Follow

# People write their address and case numbers into any box: what looks like one is not kept.
_PERSONAL = re.compile(r"\S+@\S+|[+(]?\d[\d\s()/-]{5,}\d")


@transaction.atomic
def follow(*, concept: Concept, by: User, now: dt.datetime) -> None:
    """Once, however often; from now on for its own sake, if it was handed on before."""
    Follow.objects.update_or_create(
        user=by, concept=fresh(concept), defaults={"handed_on": False}, create_defaults={"followed_at": now}
    )


@transaction.atomic
def unfollow(*, concept: Concept, by: User) -> None:
    Follow.objects.filter(user=by, concept=concept).delete()


def follow_on(change: ConceptChange, now: dt.datetime) -> None:
    """Whoever follows a term that was replaced follows what came after it as well, and no longer once that is undone. Needs a
    transaction."""
    gone = change.concepts.filter(status=Concept.Status.DEPRECATED)
    follows = Follow.objects.filter(concept__in=gone).prefetch_related("concept__replaced_by")
    Follow.objects.bulk_create(
        [
            Follow(user_id=follow.user_id, concept=successor, followed_at=now, cadence=follow.cadence, handed_on=True)
            for follow in follows
            for successor in follow.concept.replaced_by.all()
        ],
        ignore_conflicts=True,
    )
    if change.kind == ConceptChange.Kind.UNDO:
        _take_back_follows()


def _take_back_follows() -> None:
    """What came with a term that has its own place again. One after the other, as it was handed on."""
    before = Follow.objects.filter(
        user=OuterRef("user"), concept__replaced_by=OuterRef("concept"), concept__status=Concept.Status.DEPRECATED
    )
    while Follow.objects.filter(handed_on=True).exclude(Exists(before)).delete()[0]:
        pass


def scrubbed(words: str) -> str:
    """Short, on one line, without what looks like an address or a number of somebody."""
    return " ".join(_PERSONAL.sub("…", words).split())[:MOST_WORDS]


def note_feedback(*, place: Feedback.Place, concept: Concept | None, found: bool, words: str, now: dt.datetime) -> Feedback:
    """Of nobody: takes no `by`, and keeps the day only."""
    return Feedback.objects.create(place=place, concept=concept, found=found, words=scrubbed(words), given_on=now.date())
