"""What the worker does for the bulletin."""

from __future__ import annotations

from django.utils import timezone

from hub.bulletin import actions, queries


def finish_what_went_out() -> int:
    """How many issues are now sent: those that still wait are looked at again in a moment."""
    return sum(actions.finish(issue=issue, now=timezone.now()) for issue in queries.going_out())


def keep_up() -> int:
    return actions.purge_unconfirmed(now=timezone.now())
