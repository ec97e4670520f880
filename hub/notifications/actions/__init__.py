"""Every write: telling, reading, following, choosing, sending."""

from hub.notifications.actions.choosing import choose, want_less_mail
from hub.notifications.actions.following import follow, follow_again, mute, set_cadences, stop, unfollow, unfollow_one, unmute
from hub.notifications.actions.notifying import mark_all_read, mark_read, notify
from hub.notifications.actions.sending import forget_old, post_at_once, post_daily, put_back

__all__ = [
    "choose",
    "follow",
    "follow_again",
    "forget_old",
    "mark_all_read",
    "mark_read",
    "mute",
    "notify",
    "post_at_once",
    "post_daily",
    "put_back",
    "set_cadences",
    "stop",
    "unfollow",
    "unfollow_one",
    "unmute",
    "want_less_mail",
]
