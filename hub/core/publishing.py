"""Putting a page into the tree and publishing it, by program."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from django.db import transaction
from wagtail.models import Page, PageViewRestriction

from hub.accounts.models import User

AnyPage = TypeVar("AnyPage", bound=Page)


@transaction.atomic
def publish_page(page: AnyPage, *, parent: Page, by: User | None, now: dt.datetime, members_only: bool = False) -> AnyPage:
    """A draft first, restricted if it must be, then published: at no moment is a members' page public."""
    page.live = False
    parent.add_child(instance=page)
    if members_only:
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    page.save_revision(user=by).publish(user=by)
    page.refresh_from_db()
    type(page).objects.filter(pk=page.pk).update(first_published_at=now, last_published_at=now, latest_revision_created_at=now)
    page.first_published_at = page.last_published_at = now
    return page
