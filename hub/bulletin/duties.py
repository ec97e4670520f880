"""What the worker does for the bulletin."""

from __future__ import annotations

from django.utils import timezone

from hub.bulletin import actions, queries


def keep_going() -> int:
    """Start what is approved and due, and look after what is on its way. How many issues have come to their end."""
    now = timezone.now()
    started = actions.send_what_is_due(now=now)
    return started + sum(actions.look_after(issue=issue, now=now) for issue in queries.going_out())


def keep_the_schedule() -> int:
    now = timezone.now()
    actions.remind_of_what_is_due(now=now)
    return actions.draft_what_is_due(now=now)


def keep_up() -> int:
    """Rests end, and who never confirmed, or left yesterday, is forgotten."""
    now = timezone.now()
    return actions.resume_rested(now=now) + actions.purge_unconfirmed(now=now) + actions.forget_who_left(now=now)
