"""Who may do what at the desk. To anybody else its pages are not there."""

from __future__ import annotations

from typing import Any, NoReturn

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404
from django.shortcuts import get_object_or_404

from forum.models import Question
from hub.core.audience import Viewer
from hub.desk import subjects
from hub.desk.models import DECIDE, DeskEntry, Report
from hub.desk.models.pages import ADD_PAGE
from hub.desk.trays import TRAYS, Tray


def can_decide(viewer: Viewer) -> bool:
    return viewer.has_perm(DECIDE)


def can_make_pages(viewer: Viewer) -> bool:
    """Facilitators, and editors: whoever writes pages."""
    return viewer.has_perm(ADD_PAGE)


def require_desk(viewer: Viewer) -> None:
    if not can_decide(viewer):
        raise Http404


def get_subject_to_report(viewer: Viewer, kind: str, key: str) -> Model:
    """Whatever the viewer can read, they can report."""
    thing = subjects.find(viewer, kind, key)
    if thing is None:
        raise Http404
    return thing


def get_report_by_reference(public_id: str) -> Report:
    """Whoever has the reference sees when it came and when it is due, and no word of it."""
    return get_object_or_404(Report.objects.only("public_id", "received_at", "due_at", "state", "decided_at"), public_id=public_id)


def get_tray(viewer: Viewer, slug: str) -> Tray:
    require_desk(viewer)
    if slug not in TRAYS:
        raise Http404
    return TRAYS[slug]


def get_waiting(viewer: Viewer, slug: str, key: str) -> tuple[Tray, Any]:
    """The row is None where it waits no longer."""
    tray = get_tray(viewer, slug)
    return tray, tray.get(viewer, key)


def nothing_there() -> NoReturn:
    raise Http404


def get_entry_to_undo(viewer: Viewer, public_id: str) -> DeskEntry:
    require_desk(viewer)
    entry = get_object_or_404(DeskEntry.objects.visible_to(viewer), public_id=public_id)
    if entry.tray not in TRAYS:
        raise PermissionDenied
    return entry


def get_question_to_make_a_page_of(viewer: Viewer, public_id: str) -> Question:
    question = get_object_or_404(Question.objects.visible_to(viewer).select_related("author", "council"), public_id=public_id)
    if not can_make_pages(viewer) or not question.is_open:
        raise PermissionDenied
    return question
