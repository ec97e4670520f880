"""Numbered paging; an address with a page too far shows the last one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PER_PAGE = 20


class Pageable(Protocol):
    """What reads no more of itself than one page."""

    def count(self) -> int: ...
    def __getitem__(self, shown: slice, /) -> Sequence[Any]: ...


def page_of(items: QuerySet[Any] | Sequence[Any] | Pageable, request: HttpRequest, per_page: int = PER_PAGE) -> Page[Any]:
    """The page that `?page=` asks for."""
    pages = Paginator(items, per_page)  # type: ignore[arg-type]  # it asks for no more than a Pageable has
    return pages.get_page(request.GET.get("page"))


def query_without_page(request: HttpRequest, *besides: str) -> str:
    """The query string for components/pagination.html; without `besides` either, for a link to another list."""
    kept = request.GET.copy()
    for name in ("page", *besides):
        kept.pop(name, None)
    return kept.urlencode()
