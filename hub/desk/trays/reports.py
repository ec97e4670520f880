"""Reports of something wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import Model

from hub.accounts.models import User
from hub.core.audience import Viewer
from hub.desk import subjects
from hub.desk.models import Report, ReportQuerySet
from hub.desk.models.reasons import ReasonTemplate
from hub.desk.trays.base import DecidedAlready, Decision, Item, Tray

HIDE = Decision("hide", "Take it out of sight", "Taken out of sight", template=ReasonTemplate.For.HIDE)
PUT_RIGHT = Decision("put-right", "I have put it right", "Put right", template=ReasonTemplate.For.PUT_RIGHT)
DISMISS = Decision("dismiss", "Leave it as it is", "Left as it is", template=ReasonTemplate.For.DISMISS)
GENERAL = subjects.Subject("page", "Something about the hub", "")


class Reports(Tray):
    slug = "report"
    label = "Report"
    plural = "Reports of something wrong"
    detail = "desk/details/report.html"
    reader_of_reason = (
        "Whoever reported it reads this, if they left an address. So do its author, if you hide it, and other facilitators."
    )
    known = (HIDE, PUT_RIGHT, DISMISS)

    def awaiting(self, viewer: Viewer) -> ReportQuerySet:
        return Report.objects.visible_to(viewer).open().select_related("reporter").due_first()

    def items(self, viewer: Viewer, most: int) -> list[Item]:
        rows = list(self.awaiting(viewer)[:most])
        told = subjects.subjects_of(viewer, [(row.kind, row.object_id) for row in rows if row.kind and row.object_id])
        return [self._item(row, told.get((row.kind, row.object_id or 0), _general(row))) for row in rows]

    def item(self, row: Report) -> Item:
        return self._item(row, _general(row))

    def _item(self, row: Report, subject: subjects.Subject) -> Item:
        return Item(
            tray=self.slug,
            key=row.public_id,
            label=f"{self.label}: {row.get_why_display()[0].lower()}{row.get_why_display()[1:]}" if row.why else self.label,
            what=subject.title,
            since=row.received_at,
            who=sender_of(row),
            due_at=row.due_at,
            is_urgent=row.is_on_the_clock,
        )

    def decisions(self, row: Report, viewer: Viewer) -> list[Decision]:
        """What has no switch of its own can be put right by hand, or left."""
        kind = subjects.KINDS.get(row.kind)
        return [PUT_RIGHT, DISMISS] if kind is None or kind.hide is None else [HIDE, PUT_RIGHT, DISMISS]

    def context(self, row: Report, viewer: Viewer) -> dict[str, Any]:
        others = Report.objects.visible_to(viewer).filter(kind=row.kind, object_id=row.object_id).exclude(pk=row.pk)
        return {
            "subject": subject_of(row, viewer),
            "sender": sender_of(row),
            "others": list(others.order_by("-received_at")[:5]) if row.kind else [],
        }

    def about(self, row: Report) -> Model | None:
        model = row.content_type.model_class() if row.content_type else None
        return model._default_manager.filter(pk=row.object_id).first() if model else None

    def do(self, decision: str, row: Report, *, reason: str, by: User, now: dt.datetime) -> dict[str, Any]:
        row.refresh_from_db(from_queryset=Report.objects.select_for_update(of=("self",)))
        if not row.is_open:
            raise DecidedAlready("Somebody else has decided this report.")
        details: dict[str, Any] = {"hid": False}
        if decision == HIDE.slug:
            details = self._hide(row, reason, by, now)
        row.state = Report.State.DISMISSED if decision == DISMISS.slug else Report.State.UPHELD
        row.answer, row.decided_at, row.decided_by, row.told_at = reason, now, by, None
        row.save(update_fields=["state", "answer", "decided_at", "decided_by", "told_at"])
        return details

    def _hide(self, row: Report, reason: str, by: User, now: dt.datetime) -> dict[str, Any]:
        kind, thing = subjects.KINDS[row.kind], self.about(row)
        if thing is None or kind.hide is None:
            raise DecidedAlready(f"The {kind.noun} is no longer there.")
        try:
            return {"hid": True, **kind.hide(thing=thing, reason=reason, by=by, now=now)}
        except subjects.HiddenAlready:
            return {"hid": False}
        except subjects.NotPosted:
            raise DecidedAlready(f"This {kind.noun} is not posted, so there is nothing to hide. Decide otherwise.") from None

    def undo(self, decision: str, key: str, details: dict[str, Any], *, by: User, now: dt.datetime) -> None:
        row = Report.objects.select_for_update(of=("self",)).get(public_id=key)
        if row.blanked_at is not None:
            raise DecidedAlready("What was written in this report has been taken away, so it cannot be opened again.")
        if decision == HIDE.slug and details.get("hid"):
            kind, thing = subjects.KINDS[row.kind], self.about(row)
            if thing is not None and kind.show is not None:
                kind.show(thing=thing, details=details, by=by, now=now)
        row.state, row.answer, row.decided_at, row.decided_by, row.told_at = Report.State.OPEN, "", None, None, None
        row.save(update_fields=["state", "answer", "decided_at", "decided_by", "told_at"])

    def names(self, viewer: Viewer, keys: Collection[str]) -> dict[str, str]:
        rows = list(Report.objects.visible_to(viewer).filter(public_id__in=keys))
        told = subjects.subjects_of(viewer, [(row.kind, row.object_id) for row in rows if row.kind and row.object_id])
        return {row.public_id: told.get((row.kind, row.object_id or 0), _general(row)).title for row in rows}


def sender_of(row: Report) -> str:
    """Needs `reporter`."""
    if row.reporter:
        return row.reporter.get_full_name() or "a member"
    return row.name or "a visitor"


def subject_of(row: Report, viewer: Viewer) -> subjects.Subject:
    if not row.kind or row.object_id is None:
        return _general(row)
    return subjects.subjects_of(viewer, [(row.kind, row.object_id)])[row.kind, row.object_id]


def _general(row: Report) -> subjects.Subject:
    """Only what looks like an address of our own becomes a link."""
    address = row.page_address
    is_ours = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return subjects.Subject("page", address or GENERAL.title, address if is_ours else "")
