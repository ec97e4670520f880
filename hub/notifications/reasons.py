"""Why somebody is told: each room registers its reasons in AppConfig.ready(). A notification stores them as `key` or `key:id`.

No reason holds a name: what it is about is looked up, as the reader may see it, whenever it is put into words.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import QuerySet

from hub.core.audience import Viewer
from hub.core.following import Cadence, Follow


class Group(models.TextChoices):
    """What somebody chooses a cadence for."""

    OWN = "own", "What you asked, answered or suggested, and where somebody names you"
    HELP = "help", "Questions that others hope you can answer"
    THREADS = "threads", "Questions you follow"
    TERMS = "terms", "Terms you follow"
    SYSTEMS = "systems", "Systems you follow"
    NEW = "new", "All new questions"


DEFAULTS: Mapping[str, Cadence] = {
    Group.OWN: Cadence.AT_ONCE,
    Group.HELP: Cadence.AT_ONCE,
    Group.THREADS: Cadence.AT_ONCE,
    Group.TERMS: Cadence.DAILY,
    Group.SYSTEMS: Cadence.DAILY,
    Group.NEW: Cadence.DAILY,
}


@dataclass(frozen=True)
class Followed:
    """Where follows are kept, and what can be followed. `field` is the follow's key to the thing, which has a public_id and
    says its name and address; empty where there is nothing to choose between (all new questions)."""

    model: type[Follow]
    field: str = ""
    visible_to: Callable[[Viewer], QuerySet[Any]] | None = None


@dataclass(frozen=True)
class Reason:
    """`words` go on after "You hear of this because", with `{name}` for a followed thing; `nameless` where it has none (any
    more) for the reader."""

    key: str
    group: Group
    words: str
    nameless: str = ""
    follows: Followed | None = None

    def __post_init__(self) -> None:
        if "{name}" in self.words and not self.nameless:
            raise ValueError(f"The reason {self.key!r} says nothing where its thing has no name for the reader.")


_reasons: dict[str, Reason] = {}


def register(reason: Reason) -> None:
    if _reasons.setdefault(reason.key, reason) != reason:
        raise ValueError(f"Two reasons are called {reason.key!r}.")


def because(key: str, public_id: str = "") -> str:
    """As a notification stores it."""
    return f"{key}:{public_id}" if public_id else key


def of(stored: str) -> tuple[Reason, str]:
    """The reason and the public id of what it is about. Raises KeyError for one that no room registered."""
    key, _, public_id = stored.partition(":")
    return _reasons[key], public_id


def is_known(stored: str) -> bool:
    """Not where its room is no longer installed."""
    return stored.partition(":")[0] in _reasons


def all_followed() -> list[Reason]:
    """Those that rest on a follow, in the order of their groups."""
    order = list(Group)
    return sorted((reason for reason in _reasons.values() if reason.follows), key=lambda reason: order.index(reason.group))


def in_words(stored: Collection[str], viewer: Viewer) -> dict[str, str]:
    """One query for each kind of followed thing, whatever the number."""
    known = [each for each in stored if is_known(each)]
    names = _names(known, viewer)
    found = {}
    for each in known:
        reason, _ = of(each)
        name = names.get(each)
        found[each] = reason.words.format(name=name) if name or not reason.nameless else reason.nameless
    return found


def _names(stored: Collection[str], viewer: Viewer) -> dict[str, str]:
    wanted: dict[str, set[str]] = {}
    for each in stored:
        reason, public_id = of(each)
        if reason.follows and public_id:
            wanted.setdefault(reason.key, set()).add(public_id)
    return {
        because(key, public_id): str(thing)
        for key, public_ids in wanted.items()
        for public_id, thing in things(_reasons[key], public_ids, viewer).items()
    }


def things(reason: Reason, public_ids: Collection[str], viewer: Viewer) -> dict[str, Any]:
    """What is followed, by public id, as far as this viewer may see it."""
    if reason.follows is None or reason.follows.visible_to is None:
        return {}
    found = reason.follows.visible_to(viewer).filter(public_id__in=public_ids)
    return {thing.public_id: thing for thing in found}


def follows(stored: Collection[str], people: Collection[int]) -> dict[tuple[int, str], Cadence | None]:
    """Which of these reasons rest on a follow that is still there, by person (primary key), and its own cadence if it has one."""
    wanted: dict[str, set[str]] = {}
    for each in stored:
        key, _, public_id = each.partition(":")
        if key in _reasons and _reasons[key].follows:
            wanted.setdefault(key, set()).add(public_id)
    found: dict[tuple[int, str], Cadence | None] = {}
    for key, public_ids in wanted.items():
        where = _reasons[key].follows
        if where is None:
            continue
        rows = where.model._default_manager.filter(user__in=people)
        if where.field:
            name = f"{where.field}__public_id"
            told = list(rows.filter(**{f"{name}__in": public_ids}).values_list("user_id", name, "cadence"))
        else:
            told = [(user, "", cadence) for user, cadence in rows.values_list("user_id", "cadence")]
        for user, public_id, cadence in told:
            found[user, because(key, public_id)] = Cadence(cadence) if cadence else None
    return found
