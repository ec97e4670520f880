"""What addresses the site has: read from the URLconf, so that no list of them can be out of date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ADMIN = "admin/"

# What stands in an address in place of each part, where any will do.
_ANY = {"int": "1", "str": "x", "slug": "x", "uuid": "00000000-0000-4000-8000-000000000000", "path": "x"}
_ANY_NAMED = {"size": "100", "method": "x", "content_type_app_name": "library", "app_label": "library", "locale_id": "1"}


@dataclass(frozen=True)
class Route:
    """One pattern, as `resolve(address).route` writes it, and the name, as `resolve(address).view_name` does."""

    pattern: str
    pieces: tuple[Any, ...]
    name: str = ""

    @property
    def is_admin(self) -> bool:
        return self.pattern.startswith(ADMIN)

    @property
    def any_address(self) -> str | None:
        """Some address that leads here, whether or not anything stands there; None where we cannot think of one."""
        return "/" + "".join(_example(piece) for piece in self.pieces)


def all_routes() -> list[Route]:
    return list(_walk(get_resolver().url_patterns, ()))


def _walk(patterns: Iterable[Any], above: tuple[Any, ...], namespace: str = "") -> Iterator[Route]:
    for entry in patterns:
        pieces = (*above, entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, pieces, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern):
            yield Route(_joined(pieces), pieces, f"{namespace}{entry.name}" if entry.name else "")


def _joined(pieces: tuple[Any, ...]) -> str:
    """As Django joins them: a caret only at the very beginning."""
    first, *rest = [text for piece in pieces if (text := str(piece))] or [""]
    return first + "".join(text.removeprefix("^") for text in rest)


def _example(piece: Any) -> str:
    if hasattr(piece, "_route"):
        return re.sub(r"<(?:(\w+):)?(\w+)>", lambda part: _ANY_NAMED.get(part[2]) or _ANY[part[1] or "str"], str(piece))
    text = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", lambda part: _ANY_NAMED.get(part[1], "1"), str(piece))
    text = re.sub(r"\((?:[^()]|\([^()]*\))*\)[*?]?", "", text)
    return text.strip("^$").replace("\\", "")


def is_admin(address: str) -> bool:
    return address.startswith(f"/{ADMIN}")
