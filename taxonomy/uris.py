"""What of somebody else's addresses can be kept, and written again in every format."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

LONGEST_URI = 500
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]+")


def is_uri(text: str) -> bool:
    """Of any kind: "urn:" and "info:" name terms as well."""
    return len(text) <= LONGEST_URI and _URI.fullmatch(text) is not None


def validate_uri(text: str) -> None:
    if not is_uri(text):
        raise ValidationError("Write the whole address, such as “https://example.org/terms/1” or “urn:example:1”.")


def link_to(uri: str) -> str:
    """What a page may lead to; empty for an address that names a term and is no page, or that would run in the page."""
    return uri if uri.lower().startswith(("http://", "https://")) else ""
