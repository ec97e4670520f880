"""What the worker does for memberships and for what has been kept long enough."""

from __future__ import annotations

from django.utils import timezone

from hub.members import actions


def keep_up_memberships() -> int:
    now = timezone.now()
    return actions.follow_the_councils(now=now) + actions.let_lapse(now=now) + actions.ask_who_is_still_there(now=now)


def keep_house() -> int:
    actions.clear_expired_sessions()
    return actions.forget_unconfirmed_accounts(now=timezone.now())


def forget_complaints() -> int:
    return actions.blank_complaints(now=timezone.now())
