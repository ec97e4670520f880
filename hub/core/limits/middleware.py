"""Counts what comes to a door, and answers 429 to what is too much.

It runs before the view and asks nothing about what is behind the door, so it can tell nobody whether an account, a page or an
address is there.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from hub.core.client_address import client_address, counted_as
from hub.core.limits.counting import Wanted, counters
from hub.core.limits.doors import UNDER_WAY, Door, Limit, door_of

TOO_MANY = 429


class LimitsMiddleware:
    """Stands after authentication: one limit is per person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        given_back = getattr(request, "tries_if_not_signed_in", None)
        if given_back and request.user.is_authenticated:
            counters().give_back(given_back)
        return response

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        door = door_of(request.resolver_match, request.method) if settings.HUB_LIMITS["enforced"] else None
        limits = dict(_limits(request, door)) if door else {}
        if not door or not limits:
            return None
        over = [
            counted.seconds_left
            for limit, counted in zip(limits.values(), counters().count(list(limits)), strict=True)
            if counted.number > limit.most
        ]
        if over:
            return too_many(request, door, max(1, math.ceil(max(over))))
        if door.signs_in and not request.user.is_authenticated:
            request.tries_if_not_signed_in = list(limits)  # type: ignore[attr-defined]
        return None


def _limits(request: HttpRequest, door: Door) -> Iterator[tuple[Wanted, Limit]]:
    if door.address:
        yield _wanted(door, "address", door.address, counted_as(client_address(request))), door.address
    if door.account and (account := _account(request, door.asks_for)):
        yield _wanted(door, "account", door.account, account), door.account
    if door.person and request.user.is_authenticated:
        yield _wanted(door, "person", door.person, str(request.user.pk)), door.person


def _wanted(door: Door, per: str, limit: Limit, whose: str) -> Wanted:
    """The key is a keyed hash: what lies in the store names neither an address nor an account."""
    return Wanted(salted_hmac("hub.core.limits", f"{door.what}\n{per}\n{whose}", algorithm="sha256").hexdigest(), limit.seconds)


def _account(request: HttpRequest, asks_for: str) -> str:
    """However it is typed: databases compare addresses without case, some also a long s with an s, and each spelling would be a fresh start."""
    if asks_for == UNDER_WAY:
        pending: Any = request.session.get("account_login")  # where allauth keeps who has given a right password
        return str(pending.get("user_pk") or "") if isinstance(pending, dict) else ""
    return unicodedata.normalize("NFKC", request.POST.get(asks_for, "")).strip().casefold()


def too_many(request: HttpRequest, door: Door, seconds: int) -> HttpResponse:
    """A page for people, a sentence for our scripts, JSON for programs."""
    said = f"In a short time there were too many tries at {door.what}. Try again in {in_words(seconds)}."
    answer: HttpResponse
    if request.headers.get("HX-Request") or request.headers.get("Sec-Fetch-Dest") == "empty":
        answer = HttpResponse(said, content_type="text/plain; charset=utf-8", status=TOO_MANY)
    elif request.accepts("text/html"):
        context = {"what": door.what, "wait": in_words(seconds), "reads": door.reads, "signs_in": door.signs_in}
        answer = render(request, "429.html", context, status=TOO_MANY)
    else:
        answer = JsonResponse({"detail": said, "retry_after": seconds}, status=TOO_MANY)
    answer["Retry-After"] = str(seconds)
    answer["Cache-Control"] = "no-store"
    return answer


def in_words(seconds: int) -> str:
    """Rounded up, so that whoever waits so long is let in."""
    minutes = math.ceil(seconds / 60)
    if minutes <= 1:
        return "a minute"
    return f"{minutes} minutes" if minutes < 60 else "an hour"
