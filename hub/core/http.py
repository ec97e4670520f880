"""Requests of people who have signed in."""

from __future__ import annotations

from django.http import HttpRequest

from hub.accounts.models import User


class MemberRequest(HttpRequest):
    """What a view gets that asks for sign-in first."""

    user: User
