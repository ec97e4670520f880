"""What we write to people about where they belong. Through Django's mail, so that each is a row of the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from hub.accounts.models import User
from hub.mail.backends import LANE_HEADER
from hub.mail.models import Lane
from hub.members.models import Membership, SupplierClaim


def somebody_waits(request: Membership | SupplierClaim, to: Iterable[User]) -> None:
    """To those who decide. The name of who asks is no secret from them; what they wrote stays on the site."""
    where = request.organisation.name if isinstance(request, Membership) else request.supplier_name
    for user in to:
        _write(
            "waiting",
            user.email,
            f"{request.user} waits to join {where}",
            {"user": user, "person": request.user, "where": where, "url": _url("members:waiting")},
        )


def you_are_in(membership: Membership) -> None:
    _write(
        "approved",
        membership.user.email,
        f"You belong to {membership.organisation.name} on the hub",
        {"membership": membership, "url": _url("members:account")},
    )


def you_wait_again(membership: Membership) -> None:
    """Whoever let them in did so by mistake."""
    _write(
        "wait_again",
        membership.user.email,
        f"{membership.organisation.name} still has to confirm you",
        {"membership": membership, "url": _url("members:account")},
    )


def you_are_declined(request: Membership | SupplierClaim, reason: str) -> None:
    where = request.organisation.name if isinstance(request, Membership) else request.supplier_name
    _write(
        "declined",
        request.user.email,
        f"Your request to join {where}",
        {"user": request.user, "where": where, "reason": reason, "url": _url("members:council")},
    )


def your_membership_ended(membership: Membership) -> None:
    _write(
        "ended",
        membership.user.email,
        f"You no longer belong to {membership.organisation.name} on the hub",
        {"membership": membership, "url": _url("members:council")},
    )


def are_you_still_there(membership: Membership, *, email: str, url: str) -> None:
    """`email` is the address that is asked about: only its mailbox can answer."""
    _write(
        "still_here",
        email,
        f"Do you still work for {membership.organisation.name}?",
        {"membership": membership, "email": email, "url": url},
    )


def confirm_the_address(*, user: User, council_name: str, email: str, url: str) -> None:
    _write("confirm_council", email, f"Join {council_name} on the hub", {"user": user, "council_name": council_name, "url": url})


def pick_your_council(membership: Membership) -> None:
    """The council was abolished, and not just one took its place."""
    _write(
        "pick",
        membership.user.email,
        f"Which council do you work for, now that {membership.organisation.short_name} is no more?",
        {"membership": membership, "url": _url("members:council")},
    )


def _url(name: str) -> str:
    return settings.SITE_URL + reverse(name)


def _write(kind: str, to: str, subject: str, context: dict[str, Any]) -> None:
    frame = {"site_name": settings.WAGTAIL_SITE_NAME, "site_url": settings.SITE_URL}
    text = render_to_string(f"emails/members/{kind}.txt", {**frame, **context})
    EmailMessage(subject, text, to=[to], headers={LANE_HEADER: Lane.NOTICE.value}).send()
