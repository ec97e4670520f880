"""Where a request comes from: counted from our own proxies, never believed from what the client says."""

from __future__ import annotations

import ipaddress
import logging

from django.conf import settings
from django.http import HttpRequest

logger = logging.getLogger(__name__)

# One customer of an internet provider gets a /64 at least, so each of its addresses would be a fresh start.
IPV6_NETWORK = 64

_told: list[str] = []


def client_address(request: HttpRequest) -> str:
    """The address that the outermost proxy of ours has seen; the peer's own where there is none, or where a request came past it.

    Each of the TRUSTED_PROXIES adds to the right of X-Forwarded-For whom it talks to; whatever stands left of that, and every
    other header (Forwarded, X-Real-IP, True-Client-IP …), is the client's to invent. Empty behind a Unix socket without a proxy.
    """
    peer: str = request.META.get("REMOTE_ADDR", "")
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    proxies: int = settings.TRUSTED_PROXIES
    if not proxies:
        if forwarded:
            _tell_once("Requests come with X-Forwarded-For, but TRUSTED_PROXIES is 0: behind a proxy all visitors count as one.")
        return _parsed(peer) or peer
    if len(forwarded) < proxies:
        return _parsed(peer) or peer
    return _parsed(forwarded[-proxies]) or _parsed(peer) or peer


def counted_as(address: str) -> str:
    """All addresses that one line can take on count as one: an IPv6 address by its /64."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(found), IPV6_NETWORK), strict=False))
    return str(found)


def _parsed(text: str) -> str:
    """Without a port and a zone, IPv4 in IPv6 as IPv4; empty for what is no address."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(found, "ipv4_mapped", None) or found)


def _tell_once(what: str) -> None:
    if what not in _told:
        _told.append(what)
        logger.warning(what)
