"""What the worker does for the desk."""

from __future__ import annotations

from django.utils import timezone

from hub.desk import actions


def watch_the_clocks() -> int:
    return actions.watch_the_clocks(now=timezone.now())


def tell_reporters() -> int:
    return actions.tell_reporters(now=timezone.now())


def forget_reports() -> int:
    return actions.forget_reports(now=timezone.now())
