"""Every list as an Atom feed: the public part for everybody, and one's own by a secret address that can be revoked."""

from __future__ import annotations

import datetime as dt
from hashlib import sha256

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import strip_tags
from django.utils.http import http_date, quote_etag
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from forum import actions, feed_links, queries
from forum.models import Question
from forum.views.doors import button, crumbs, signed_in
from hub.core.audience import Viewer
from hub.core.http import MemberRequest

ENTRIES = 30
# Of a feed in which there is nothing yet.
_BEGINNING = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@require_safe
def public_feed(request: HttpRequest, key: str) -> HttpResponseBase:
    """The same for everybody, whoever asks."""
    if key not in queries.LISTS or queries.LISTS[key].personal:
        raise Http404
    response = _feed(request, AnonymousUser(), key)
    # Whoever has a session gets it as their own, as all else: one rule for all pages is easier to hold than one with a hole.
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        patch_cache_control(response, public=True, max_age=300)
    return response


@require_safe
def personal_feed(request: HttpRequest, token: str, key: str) -> HttpResponseBase:
    """What its owner may read at this moment."""
    owner = feed_links.owner_of(token)
    if owner is None or key not in queries.LISTS:
        raise Http404
    response = _feed(request, owner, key)
    patch_cache_control(response, private=True, max_age=300)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@signed_in
def my_feeds(request: MemberRequest) -> HttpResponse:
    link = feed_links.link_of(request.user)
    token = feed_links.token_of(link) if link else ""
    feeds = [
        (listed, f"{settings.SITE_URL}{reverse('forum:personal_feed', kwargs={'token': token, 'key': listed.key})}")
        for listed in queries.LISTS.values()
        if token
    ]
    context = {"link": link, "feeds": feeds, "crumbs": crumbs(("Your feeds", ""))}
    return render(request, "forum/my_feeds.html", context)


@button
def make_link(request: MemberRequest) -> HttpResponse:
    actions.make_feed_link(by=request.user, now=timezone.now())
    messages.success(request, "These are the addresses of your feeds. Any earlier ones have stopped.")
    return redirect("forum:my_feeds")


@button
def revoke_link(request: MemberRequest) -> HttpResponse:
    actions.revoke_feed_link(by=request.user, now=timezone.now())
    messages.success(request, "The addresses of your feeds have stopped.")
    return redirect("forum:my_feeds")


def _feed(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponseBase:
    listed = queries.LISTS[key]
    questions = list(queries.questions_listed(viewer, key, request.GET.dict())[:ENTRIES])
    updated = max((question.last_activity_at for question in questions), default=_BEGINNING)
    feed = _Feed(
        title=f"{listed.heading}: questions on STEP hub",
        link=f"{settings.SITE_URL}{listed.url}",
        description=listed.lede,
        language="en-gb",
        feed_url=f"{settings.SITE_URL}{request.get_full_path()}",
        updated=updated,
    )
    for question in questions:
        _add(feed, question)
    body = feed.writeString("utf-8").encode()
    response = HttpResponse(body, content_type="application/atom+xml; charset=utf-8")
    etag, modified = quote_etag(sha256(body).hexdigest()[:32]), int(updated.timestamp())
    response["ETag"], response["Last-Modified"] = etag, http_date(modified)
    return get_conditional_response(request, etag=etag, last_modified=modified, response=response) or response


def _add(feed: Atom1Feed, question: Question) -> None:
    """Nobody's name: the kind of council stands for it, as on cards."""
    address = f"{settings.SITE_URL}{reverse('forum:question_by_id', kwargs={'public_id': question.public_id})}"
    count = question.answer_count
    words = "" if not count else " 1 answer." if count == 1 else f" {count} answers."
    feed.add_item(
        title=question.title,
        link=f"{settings.SITE_URL}{question.get_absolute_url()}",
        unique_id=address,
        description=f"{Truncator(' '.join(strip_tags(question.body_html).split())).chars(500)} ({question.asker_line}.{words})",
        pubdate=question.asked_at,
        updateddate=question.last_activity_at,
        categories=[concept.label for concept in question.concepts_shown],
    )


class _Feed(Atom1Feed):
    """Django dates a feed by its entries, and an empty one by the clock: then nobody could tell that nothing has changed."""

    def latest_post_date(self) -> dt.datetime:
        updated: dt.datetime = self.feed["updated"]
        return updated
