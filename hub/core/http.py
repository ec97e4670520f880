"""Requests: of people who have signed in, and from pages of our own."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest

from hub.accounts.models import User


class MemberRequest(HttpRequest):
    """What a view gets that asks for sign-in first."""

    user: User


def comes_from_here(request: HttpRequest) -> bool:
    """Whether a form of our own pages sent it. They are kept for everybody and so carry no token: browsers say themselves
    where a form stands, and no page of another site can make them say otherwise."""
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    found = urlsplit(origin)
    return bool(found.netloc) and found.netloc == request.get_host() and found.scheme == request.scheme
