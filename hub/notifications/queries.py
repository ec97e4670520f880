"""Who follows what, what is new to somebody, and what they chose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hub.accounts.models import User
from hub.core.audience import Viewer
from hub.core.following import Cadence
from hub.notifications import kinds, reasons
from hub.notifications.kinds import Words
from hub.notifications.models import MutedThread, Notification, Preference
from hub.notifications.reasons import Followed, Reason

# Primary keys of users, each with their reasons: what `notify` takes.
People = dict[int, set[str]]

# What is kept of 90 days; whoever has more finds the newest.
MOST_LISTED = 1000
MOST_COUNTED = 100
LISTED_ON_SETTINGS = 500


# --- For those who tell -------------------------------------------------------------------------


def followers(key: str, public_ids: Collection[str] = ()) -> People:
    """Who follows any of these things (none where the reason has no things), as `notify` takes it."""
    reason, _ = reasons.of(key)
    if reason.follows is None:
        raise KeyError(key)
    rows, found = reason.follows.model._default_manager.all(), defaultdict[int, set[str]](set)
    if not reason.follows.field:
        for user in rows.values_list("user_id", flat=True):
            found[user].add(key)
        return dict(found)
    name = f"{reason.follows.field}__public_id"
    for user, public_id in rows.filter(**{f"{name}__in": public_ids}).values_list("user_id", name):
        found[user].add(reasons.because(key, public_id))
    return dict(found)


def together(*groups: Mapping[int, Iterable[str]]) -> People:
    """Everybody once, with all their reasons."""
    found = defaultdict[int, set[str]](set)
    for group in groups:
        for user, why in group.items():
            found[user].update(why)
    return dict(found)


# --- For those who are told ---------------------------------------------------------------------


def number_new(viewer: Viewer) -> int:
    """One indexed query for whoever has nothing new, who are most; then one for each kind of thing, to count what they may
    still see and no more. Stops counting at 100."""
    unread = Notification.objects.told_to(viewer).unread().order_by("-created_at").values_list("kind", "subject")
    things = [kinds.thing_of(*row) for row in unread[:MOST_COUNTED]]
    if not things:
        return 0
    seen = kinds.visible(things, viewer)
    return sum(thing in seen for thing in things)


@dataclass(frozen=True)
class Line:
    """One notification as the list shows it."""

    notification: Notification
    says: str
    words: Words
    because: list[str]
    thread_title: str = ""

    @property
    def is_new(self) -> bool:
        return self.notification.read_at is None


def visible_to(viewer: Viewer) -> list[int]:
    """Keys of everything that the viewer was told and may still see, the newest first: filtered before it is paged."""
    rows = list(
        Notification.objects.told_to(viewer).order_by("-created_at", "public_id").values_list("pk", "kind", "subject")[:MOST_LISTED]
    )
    seen = kinds.visible({kinds.thing_of(kind, subject) for _, kind, subject in rows}, viewer)
    return [pk for pk, kind, subject in rows if kinds.thing_of(kind, subject) in seen]


def lines(viewer: Viewer, pks: Collection[int]) -> list[Line]:
    rows = list(Notification.objects.told_to(viewer).filter(pk__in=pks).order_by("-created_at", "public_id"))
    words = kinds.words_of({kinds.thing_of(row.kind, row.subject) for row in rows}, viewer)
    because = reasons.in_words({reason for row in rows for reason in row.reasons}, viewer)
    titles = thread_titles({row.thread for row in rows if row.thread}, viewer)
    return [
        Line(
            notification=row,
            says=kinds.named(row.kind).says,
            words=words[thing],
            because=[because[reason] for reason in row.reasons if reason in because],
            thread_title=titles.get(row.thread, ""),
        )
        for row in rows
        if (thing := kinds.thing_of(row.kind, row.subject)) in words
    ]


def thread_titles(threads: Collection[str], viewer: Viewer) -> dict[str, str]:
    """Of those that the viewer may see."""
    things = {thread: (thread.partition(":")[0], thread.partition(":")[2]) for thread in threads}
    words = kinds.words_of(set(things.values()), viewer)
    return {thread: words[thing].title for thread, thing in things.items() if thing in words}


def muted_by(viewer: User) -> list[tuple[str, str]]:
    """(thread, title) of the conversations that the viewer wants to hear no more of, the last one first."""
    muted = MutedThread.objects.filter(person=viewer).order_by("-muted_at", "thread")
    threads = list(muted.values_list("thread", flat=True)[:LISTED_ON_SETTINGS])
    titles = thread_titles(threads, viewer)
    return [(thread, titles[thread]) for thread in threads if thread in titles]


# --- What they chose ----------------------------------------------------------------------------


def preference_of(viewer: User) -> Preference:
    return Preference.objects.filter(person=viewer).first() or Preference(person=viewer)


def cadence_of(preference: Preference, group: str) -> Cadence:
    return Cadence(preference.cadences.get(group, reasons.DEFAULTS[group]))


@dataclass(frozen=True)
class FollowedThing:
    stored: str
    name: str
    url: str
    cadence: str


@dataclass(frozen=True)
class FollowedKind:
    label: str
    things: list[FollowedThing]


def followed_by(viewer: User) -> list[FollowedKind]:
    """One or two queries for each kind of follow. What the viewer may not see any more is not named."""
    found = [
        FollowedKind(reason.group.label, _followed(reason, reason.follows, viewer))
        for reason in reasons.all_followed()
        if reason.follows
    ]
    return [kind for kind in found if kind.things]


def all_to_follow(viewer: User) -> list[FollowedThing]:
    """What can be followed as a whole, and is not yet."""
    return [
        FollowedThing(reason.key, reason.group.label, "", "")
        for reason in reasons.all_followed()
        if reason.follows and not reason.follows.field and not reason.follows.model._default_manager.filter(user=viewer).exists()
    ]


def follows(viewer: Viewer, stored: str) -> bool:
    """For a Follow button; `stored` as `because` writes it."""
    return isinstance(viewer, User) and (viewer.pk, stored) in reasons.follows([stored], [viewer.pk])


def _followed(reason: Reason, where: Followed, viewer: User) -> list[FollowedThing]:
    rows = where.model._default_manager.filter(user=viewer)
    if not where.field:
        return [FollowedThing(reason.key, reason.group.label, "", row.cadence) for row in rows]
    chosen = dict(rows.order_by("-followed_at").values_list(f"{where.field}__public_id", "cadence")[:LISTED_ON_SETTINGS])
    things = reasons.things(reason, list(chosen), viewer)
    return sorted(
        (_thing(reason, public_id, things[public_id], cadence) for public_id, cadence in chosen.items() if public_id in things),
        key=lambda thing: thing.name.casefold(),
    )


def _thing(reason: Reason, public_id: str, thing: Any, cadence: str) -> FollowedThing:
    return FollowedThing(reasons.because(reason.key, public_id), str(thing), thing.get_absolute_url(), cadence)
