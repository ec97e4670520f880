"""Issues as an Atom feed, the public edition for everybody: a feed reader does not sign in."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.urls import reverse_lazy
from django.utils.feedgenerator import Atom1Feed

from hub.bulletin import queries
from hub.bulletin.models import BulletinIssue

LATEST = 20


class IssuesFeed(Feed):
    feed_type = Atom1Feed
    title = f"{settings.WAGTAIL_SITE_NAME} bulletin"
    subtitle = "Once a fortnight: what is on, what is new to read, and the questions that nobody has answered yet."
    link = reverse_lazy("bulletin:archive")
    language = "en-GB"

    def items(self) -> list[tuple[BulletinIssue, list[str]]]:
        """With the titles that everybody may read now."""
        return queries.issues_for_feed(LATEST)

    def item_title(self, item: tuple[BulletinIssue, list[str]]) -> str:
        return item[0].title

    def item_description(self, item: tuple[BulletinIssue, list[str]]) -> str:
        return " · ".join(item[1])

    def item_link(self, item: tuple[BulletinIssue, list[str]]) -> str:
        return item[0].get_absolute_url()

    def item_pubdate(self, item: tuple[BulletinIssue, list[str]]) -> dt.datetime | None:
        return item[0].sent_at

    def item_updateddate(self, item: tuple[BulletinIssue, list[str]]) -> dt.datetime | None:
        """When it went out; what was hidden or answered since is no news of it."""
        return item[0].sent_at
