"""Who may read, compose and send; and whom a signed link stands for."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from hub.accounts.models import User
from hub.bulletin import links
from hub.bulletin.links import Link, LinkOver
from hub.bulletin.models import COMPOSE, READ_LIST, SEND, BulletinIssue, BulletinItem, Subscriber
from hub.core.audience import Viewer, reads_members_content


def can_compose(viewer: Viewer) -> bool:
    return viewer.has_perm(COMPOSE)


def can_send(viewer: Viewer) -> bool:
    return viewer.has_perm(SEND)


def reads_members_edition(person: User) -> bool:
    return person.is_active and reads_members_content(person)


def check_may_see_totals(viewer: Viewer) -> None:
    """How many, and never who."""
    if not can_send(viewer):
        raise PermissionDenied


def can_open_list(viewer: Viewer) -> bool:
    return viewer.has_perm(READ_LIST)


def check_may_open_list(viewer: Viewer) -> None:
    if not can_open_list(viewer):
        raise PermissionDenied


def get_issue_to_read(number: int) -> BulletinIssue:
    """A draft has no page here, for anybody: its preview is elsewhere."""
    return get_object_or_404(BulletinIssue.objects.out(), number=number)


def get_issue_to_compose(viewer: Viewer, public_id: str) -> BulletinIssue:
    """The compose pages refuse everybody else before they look, so that an id can be neither tried nor told."""
    check_may_compose(viewer)
    return get_object_or_404(BulletinIssue.objects.visible_to(viewer), public_id=public_id)


def check_may_compose(viewer: Viewer) -> None:
    if not can_compose(viewer):
        raise PermissionDenied


def get_item_to_compose(issue: BulletinIssue, public_id: str) -> BulletinItem:
    return get_object_or_404(issue.items.select_related("issue"), public_id=public_id)


# --- Links in mail: whoever has one is the subscriber -----------------------------------------------


def get_subscriber_to_confirm(token: str, now: dt.datetime) -> Subscriber:
    """Raises LinkOver for a link that was good once."""
    return _subscriber(links.read_confirm(token, now))


def get_subscriber_to_change(token: str) -> Subscriber:
    """Raises LinkOver once they have left."""
    subscriber = _subscriber(links.read_preferences(token))
    if not subscriber.is_on_the_list:
        raise LinkOver
    return subscriber


def get_subscriber_to_remove(token: str) -> Subscriber | None:
    """None if they are gone for good. Any version: a link in an old issue must still let people leave."""
    link = links.read_unsubscribe(token)
    if link is None:
        raise Http404
    return Subscriber.objects.filter(public_id=link.public_id).first()


def _subscriber(link: Link | None) -> Subscriber:
    if link is None:
        raise Http404
    subscriber = Subscriber.objects.filter(public_id=link.public_id, token_version=link.version).first()
    if subscriber is None:
        raise LinkOver
    return subscriber
