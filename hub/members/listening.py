"""What happens elsewhere when somebody changes how they come in."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import (
    email_confirmed,
    password_changed,
    password_reset,
    password_set,
    user_logged_in,
    user_signed_up,
)
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from hub.accounts.models import User
from hub.members import actions, belonging, queries, second_factor


def on_new_password(sender: type[User], request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Whoever knew the old one is out. After a reset nobody is signed in by it, so nothing stays."""
    is_theirs = request.user == user
    keep = request.session.session_key if is_theirs else None
    actions.end_other_sessions(user=user, keep=keep, by=user if is_theirs else None, now=timezone.now())


def on_factor_added(
    sender: type[Authenticator], request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """With the first one, rights may come that ask for it; no session that never showed it keeps them."""
    if authenticator.type in second_factor.FACTORS and second_factor.number_of(user) == 1:
        actions.end_other_sessions(user=user, keep=request.session.session_key, by=user, now=timezone.now())


def on_address_confirmed(sender: type[EmailAddress], request: HttpRequest, email_address: EmailAddress, **kwargs: Any) -> None:
    """An address on a council's domain makes a member of it at once, whether it is somebody's first or a later one."""
    _join(email_address.user, email_address.email, request)


def on_signed_up(sender: type[User], request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Through a council's own sign-in an address comes confirmed; otherwise there is none yet."""
    for email in belonging.confirmed_addresses(user):
        _join(user, email, request)


def _join(user: User, email: str, request: HttpRequest) -> None:
    councils = actions.join_by_address(user=user, email=email, now=timezone.now())
    if len(councils) == 1:
        messages.success(request, f"{email} is an address of {councils[0].name}: you belong there.")


def on_signed_in(sender: type[User], request: HttpRequest, user: User, **kwargs: Any) -> None:
    """New words, or words that somebody never met because another made their account: they are asked, and kept from nothing."""
    if not queries.has_agreed(user):
        ask = 'What you agree to here has changed since you last looked. <a href="{}">Read it and agree</a>'
        messages.info(request, format_html(ask, reverse("members:agreement")))


def listen() -> None:
    user_logged_in.connect(on_signed_in, dispatch_uid="hub.members.signed_in")
    email_confirmed.connect(on_address_confirmed, dispatch_uid="hub.members.address_confirmed")
    user_signed_up.connect(on_signed_up, dispatch_uid="hub.members.signed_up")
    for signal in (password_changed, password_reset, password_set):
        signal.connect(on_new_password, dispatch_uid="hub.members.new_password")
    authenticator_added.connect(on_factor_added, dispatch_uid="hub.members.factor_added")
