"""What a tray offers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet

from hub.accounts.models import User
from hub.core.audience import Viewer


class ChangedMeanwhile(Exception):
    """It is no longer what whoever decides has read."""


class DecidedAlready(Exception):
    """Somebody else was first. Its text is a sentence for the screen."""


@dataclass(frozen=True)
class Item:
    """One line of the queue. `url` is where it is decided, if that is not at the desk."""

    tray: str
    key: str
    label: str
    what: str
    since: dt.datetime
    who: str = ""
    due_at: dt.datetime | None = None
    url: str = ""
    is_urgent: bool = False
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """`template` is the `ReasonTemplate.For` whose words fit; `done` completes "Done lately"."""

    slug: str
    label: str
    done: str
    needs_reason: bool = True
    template: str = ""
    can_be_undone: bool = True


class Tray:
    """Subclasses say what waits. `decisions` is empty where a room decides on a page of its own."""

    slug = ""
    label = ""
    plural = ""
    detail = ""  # the template that shows one of them
    reader_of_reason = ""  # who reads the reason that is given
    known: tuple[Decision, ...] = ()

    def awaiting(self, viewer: Viewer) -> QuerySet[Any]:
        """What waits for this viewer's decision, the one that is due first in front."""
        raise NotImplementedError

    def items(self, viewer: Viewer, most: int) -> list[Item]:
        return [self.item(row) for row in self.awaiting(viewer)[:most]]

    def item(self, row: Any) -> Item:
        raise NotImplementedError

    def get(self, viewer: Viewer, key: str) -> Any | None:
        """The row while it waits."""
        return self.awaiting(viewer).filter(public_id=key).first()

    def version(self, row: Any) -> str:
        """Of what is read before deciding, where somebody can change it while it waits."""
        return ""

    def decisions(self, row: Any, viewer: Viewer) -> list[Decision]:
        return list(self.known)

    def context(self, row: Any, viewer: Viewer) -> dict[str, Any]:
        """For `detail`, beside `row`."""
        return {}

    def about(self, row: Any) -> Model | None:
        """What the entry of the audit points at."""
        return row if isinstance(row, Model) else None

    def do(self, decision: str, row: Any, *, reason: str, by: User, now: dt.datetime) -> dict[str, Any]:
        """In the transaction of the desk. Returns what `undo` will need; raises DecidedAlready."""
        raise NotImplementedError

    def undo(self, decision: str, key: str, details: dict[str, Any], *, by: User, now: dt.datetime) -> None:
        """Raises DecidedAlready where something has happened since that this would overwrite."""
        raise NotImplementedError

    def names(self, viewer: Viewer, keys: Collection[str]) -> dict[str, str]:
        """What each was about, for those still there: never kept, so that nobody's name outlives them in the audit."""
        return {}

    def decision_of(self, slug: str) -> Decision | None:
        return next((decision for decision in self.known if decision.slug == slug), None)
