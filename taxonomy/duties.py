"""What the worker does for the A-Z: adds up what was looked up, and takes up imports that were left, and
prepares what takes long to make."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from hub.core import tallies
from taxonomy import queries
from taxonomy.actions import checking
from taxonomy.actions.finding import scrubbed
from taxonomy.models import Concept, LookupCount, SchemeImport
from taxonomy.skos import handing_out
from taxonomy.tasks import apply_import_task, check_import_task

# A smaller scheme is written for whoever asks for it, in less time than a page takes.
MANY_TERMS = 500
# Editors change one term after the other: files are made when they have stopped for a while.
RESTS_FOR = dt.timedelta(minutes=2)
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


def take_up_imports() -> int:
    """Those whose worker was killed are begun again: of what it did, nothing was written."""
    left = SchemeImport.objects.left_behind(timezone.now()).values_list("public_id", "state")
    for public_id, state in left:
        task = apply_import_task if state == SchemeImport.State.APPLYING else check_import_task
        task.func(public_id)
    return len(left)


def check_quality() -> int:
    """What editors should look at in each scheme, anew where something has changed."""
    for scheme in checking.schemes_to_check():
        checking.check_scheme(scheme=scheme, now=timezone.now())
    return 0


def prepare_downloads() -> int:
    """The files of large schemes, so that nobody's request makes them."""
    now = timezone.now()
    for scheme in handing_out.schemes(AnonymousUser()):
        changed = handing_out.state(scheme, AnonymousUser())[1]
        is_large = scheme.size >= MANY_TERMS  # type: ignore[attr-defined]  # annotated
        if is_large and changed is not None and changed < now - RESTS_FOR:
            handing_out.prepare(scheme, now)
    return 0
