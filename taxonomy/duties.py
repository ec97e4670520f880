"""What the worker does for the A-Z: adds up what was looked up."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from hub.core import tallies
from taxonomy import queries
from taxonomy.actions.finding import scrubbed
from taxonomy.models import Concept, LookupCount

KEPT = dt.timedelta(days=400)
MOST_AT_ONCE = 500


def add_up_lookups() -> int:
    """Searched words that name no term, and terms that were opened, by month; what is older than a year goes."""
    today = timezone.localdate()
    counted = _add_up(tallies.take("searched"), tallies.take("opened"), today.replace(day=1))
    LookupCount.objects.filter(month__lt=today - KEPT).delete()
    return counted


def _add_up(searched: Counter[str], opened: Counter[str], month: dt.date) -> int:
    words: Counter[str] = Counter()
    for text, number in searched.items():
        words[scrubbed(text.casefold())] += number
    often = dict(words.most_common(MOST_AT_ONCE))
    named = queries.find_terms(often) if often else {}
    missed = {text: number for text, number in often.items() if text and named[text] is None}
    concepts = Concept.objects.filter(public_id__in=dict(opened.most_common(MOST_AT_ONCE)), status=Concept.Status.PUBLISHED)
    with transaction.atomic():
        for text, number in missed.items():
            _add({"kind": LookupCount.Kind.MISSED, "words": text, "month": month}, number)
        for concept in concepts:
            _add({"kind": LookupCount.Kind.OPENED, "concept": concept, "month": month}, opened[concept.public_id])
    return 0  # what comes meanwhile waits for the next look


def _add(which: dict[str, Any], number: int) -> None:
    row, _ = LookupCount.objects.get_or_create(**which)
    LookupCount.objects.filter(pk=row.pk).update(number=F("number") + number)
