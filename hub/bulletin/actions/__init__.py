"""Every write of the bulletin: who takes it, what an issue holds, and how it goes out."""

from hub.bulletin.actions.composing import add_item, edit_issue, freeze, move_item, remove_item, start_issue, thaw
from hub.bulletin.actions.sending import finish, send
from hub.bulletin.actions.subscribing import change_topics, confirm, purge_unconfirmed, subscribe, unsubscribe

__all__ = [
    "add_item",
    "change_topics",
    "confirm",
    "edit_issue",
    "finish",
    "freeze",
    "move_item",
    "purge_unconfirmed",
    "remove_item",
    "send",
    "start_issue",
    "subscribe",
    "thaw",
    "unsubscribe",
]
