"""The secret part of the address of somebody's own feeds. A copy of the database does not make one: the site's key signs it."""

from __future__ import annotations

from django.core import signing

from forum.models import FeedLink
from hub.accounts.models import User

_SIGNER = signing.Signer(salt="forum.feeds", sep=".")


def token_of(link: FeedLink) -> str:
    return _SIGNER.sign(link.nonce)


def owner_of(token: str) -> User | None:
    """Nobody, where it has been revoked or its owner may not sign in any more."""
    try:
        nonce = _SIGNER.unsign(token)
    except signing.BadSignature:
        return None
    link = FeedLink.objects.select_related("user").filter(nonce=nonce, user__is_active=True).first()
    return link.user if link else None


def link_of(user: User) -> FeedLink | None:
    return FeedLink.objects.filter(user=user).first()
