"""What the worker does for question time."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from forum import actions


def look_for_helpers() -> int:
    return actions.look_for_helpers(now=timezone.now())


def settle_help() -> int:
    return actions.settle_help(now=timezone.now())


# In the morning, and for all at once: the hour of a mail must not tell whose post was approved when.
TOLD_FROM = dt.time(7)


def tell_news_of_unnamed() -> int:
    """Once a day."""
    now = timezone.now()
    if timezone.localtime(now).time() < TOLD_FROM:
        return 0
    return int(actions.tell_news(now=now) is not None)
