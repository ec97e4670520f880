"""What the worker does for notifications."""

from __future__ import annotations

from django.utils import timezone

from hub.notifications import actions


def post_at_once() -> int:
    return actions.post_at_once(timezone.now())


def post_daily() -> int:
    return actions.post_daily(timezone.now())


def keep_house() -> int:
    return actions.forget_old(timezone.now())
