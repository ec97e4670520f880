"""What readers do with terms, read: who follows what, completing a word, and what the feedback tells editors."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Count, Q, Sum
from django.db.models.functions import Lower

from hub.accounts.models import User
from hub.core.audience import Viewer
from taxonomy.labels import sort_key
from taxonomy.models import Concept, Feedback, Follow, Label, LookupCount, tag_models

MOST_SUGGESTIONS = 8
_LOOKED_AT = 200  # names, before the best of them are chosen


# --- Following ----------------------------------------------------------------------------------


def follows(viewer: Viewer, concept: Concept) -> bool:
    return isinstance(viewer, User) and Follow.objects.filter(user=viewer, concept=concept).exists()


def terms_followed(viewer: Viewer) -> list[Concept]:
    """Those that are in use, by label."""
    if not isinstance(viewer, User):
        return []
    return list(Concept.objects.filter(follows__user=viewer, status=Concept.Status.PUBLISHED).order_by("label"))


# --- Completing ---------------------------------------------------------------------------------


class Suggestion(NamedTuple):
    """A term, and the name of it that was begun: empty where that is its own or may not be shown."""

    label: str
    name: str
    meaning: str


def suggestions(text: str) -> list[Suggestion]:
    """Published terms of which a name, or a word of one, begins so; then those that only hold it. Two queries at most."""
    key = sort_key(text)
    if not key:
        return []
    labels = Label.objects.filter(concept__status=Concept.Status.PUBLISHED)
    fields = ("sort_key", "text", "kind", "concept_id", "concept__label", "concept__definition")
    begins = Q(sort_key__startswith=key) | Q(sort_key__contains=f" {key}")
    rows = list(labels.filter(begins).order_by("sort_key").values_list(*fields)[:_LOOKED_AT])
    if len({row[3] for row in rows}) < MOST_SUGGESTIONS and len(key) > 2:
        rows += labels.filter(sort_key__contains=key).exclude(begins).order_by("sort_key").values_list(*fields)[:_LOOKED_AT]
    best: dict[int, Suggestion] = {}
    for found, name, kind, concept, label, meaning in sorted(rows, key=lambda row: (_rank(row[0], row[2], key), row[0])):
        shown = "" if kind != Label.Kind.ALTERNATIVE or found == sort_key(label) else name
        best.setdefault(concept, Suggestion(label, shown, meaning))
    return list(best.values())[:MOST_SUGGESTIONS]


def _rank(found: str, kind: str, key: str) -> tuple[bool, bool, bool, bool]:
    return (found != key, not found.startswith(key), f" {key}" not in f" {found}", kind != Label.Kind.PREFERRED)


# --- For editors --------------------------------------------------------------------------------


MOST_ROWS = 200  # in each part of the report
# What one person alone has searched may be about that person.
LEAST_TIMES = 2


def missed_words() -> list[tuple[str, int]]:
    """(words, times) of searches that named no term, the most often first."""
    found = LookupCount.objects.filter(kind=LookupCount.Kind.MISSED).values_list("words")
    often = found.annotate(times=Sum("number")).filter(times__gte=LEAST_TIMES)
    return list(often.order_by("-times", "words")[:MOST_ROWS])


def not_found() -> list[Feedback]:
    """Every "No", the newest first."""
    return list(Feedback.objects.filter(found=False).select_related("concept").order_by("-given_on", "-pk")[:MOST_ROWS])


def never_opened() -> list[Concept]:
    """Published terms whose page nobody has opened since we count."""
    return list(Concept.objects.filter(status=Concept.Status.PUBLISHED, lookups=None).order_by(Lower("label"))[:MOST_ROWS])


def carried_by_nothing() -> list[Concept]:
    found = Concept.objects.filter(status=Concept.Status.PUBLISHED)
    for model in tag_models():
        found = found.exclude(pk__in=model._default_manager.values("concept"))
    return list(found.order_by(Lower("label"))[:MOST_ROWS])


def answers_by_place() -> list[tuple[str, int, int]]:
    """(where, number of Yes, number of No)."""
    answers = Feedback.objects.order_by("place").values_list("place")
    counted = answers.annotate(yes=Count("pk", filter=Q(found=True)), no=Count("pk", filter=Q(found=False)))
    return [(Feedback.Place(place).label, yes, no) for place, yes, no in counted]
