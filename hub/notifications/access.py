"""Loaders. Everything here is somebody's own: of others there is nothing to see."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import get_object_or_404

from hub.accounts.models import User
from hub.notifications import links, queries, reasons
from hub.notifications.links import Stop
from hub.notifications.models import Notification


def get_notification(viewer: User, public_id: str) -> Notification:
    return get_object_or_404(Notification.objects.told_to(viewer), public_id=public_id)


def get_thread_title(viewer: User, thread: str) -> str:
    """Of a conversation that the viewer may see."""
    title = queries.thread_titles([thread], viewer).get(thread)
    if title is None:
        raise Http404
    return title


def get_followed(viewer: User, stored: str) -> str:
    """The name of what is followed, or could be; 404 for what no room registered and for what the viewer may not see."""
    if not reasons.is_known(stored):
        raise Http404
    reason, public_id = reasons.of(stored)
    if reason.follows is None or bool(reason.follows.field) != bool(public_id):
        raise Http404
    if not reason.follows.field:
        return reason.group.label
    thing = reasons.things(reason, [public_id], viewer).get(public_id)
    if thing is None:
        raise Http404
    return str(thing)


def get_stop(token: str) -> tuple[Stop, User | None]:
    """What a link in a mail asks for, and of whom, if they still are here. 404 for a link that is not whole."""
    stop = links.read(token)
    if stop is None:
        raise Http404
    return stop, User.objects.filter(public_id=stop.person).first()
