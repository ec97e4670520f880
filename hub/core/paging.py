"""Numbered paging; an address with a page too far shows the last one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PER_PAGE = 20


def page_of(items: QuerySet[Any] | Sequence[Any], request: HttpRequest, per_page: int = PER_PAGE) -> Page[Any]:
    """The page that `?page=` asks for."""
    return Paginator(items, per_page).get_page(request.GET.get("page"))


def query_without_page(request: HttpRequest) -> str:
    """The query string for components/pagination.html."""
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()
