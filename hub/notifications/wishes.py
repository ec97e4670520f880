"""How quickly somebody wants to hear of something, as they have chosen up to now. The same answer decides when an event is told
and again just before its mail goes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from hub.core.following import Cadence
from hub.notifications import reasons
from hub.notifications.models import MutedThread, Preference

_QUICKEST_FIRST = (Cadence.AT_ONCE, Cadence.DAILY, Cadence.SITE)


@dataclass(frozen=True)
class Wishes:
    """Of a number of people (primary keys), all read at once."""

    preferences: Mapping[int, Preference]
    follows: Mapping[tuple[int, str], Cadence | None]
    muted: Collection[tuple[int, str]]

    def is_muted(self, person: int, thread: str) -> bool:
        return (person, thread) in self.muted

    def cadence(self, person: int, stored: Collection[str]) -> Cadence | None:
        """The quickest of all reasons that still hold; None when none does."""
        found = {self._of_one(person, each) for each in stored}
        quickest = next((cadence for cadence in _QUICKEST_FIRST if cadence in found), None)
        if quickest is None:
            return None
        return self._by_mail(person, quickest)

    def _of_one(self, person: int, stored: str) -> Cadence | None:
        if not reasons.is_known(stored):
            return None
        reason, _ = reasons.of(stored)
        own = None
        if reason.follows is not None:
            if (person, stored) not in self.follows:
                return None
            own = self.follows[person, stored]
        preference = self.preferences.get(person)
        chosen = preference.cadences.get(reason.group) if preference else None
        return own or (Cadence(chosen) if chosen else reasons.DEFAULTS[reason.group])

    def _by_mail(self, person: int, cadence: Cadence) -> Cadence:
        preference = self.preferences.get(person)
        mail = preference.mail if preference else Preference.Mail.ALL
        if mail == Preference.Mail.NONE or (mail == Preference.Mail.AT_ONCE and cadence == Cadence.DAILY):
            return Cadence.SITE
        return cadence


def of(people: Collection[int], stored: Collection[str], threads: Collection[str]) -> Wishes:
    """Two queries, and one for each kind of follow among these reasons."""
    muted = MutedThread.objects.filter(thread__in=threads, person__in=people) if any(threads) else MutedThread.objects.none()
    return Wishes(
        preferences={row.person_id: row for row in Preference.objects.filter(person__in=people)},
        follows=reasons.follows(stored, people),
        muted=set(muted.values_list("person_id", "thread")),
    )
