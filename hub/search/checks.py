"""When the embedded engine has become too small."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Warning, register
from modelsearch.backends import get_search_backends

from hub.search.engines.whoosh_backend import SearchBackend

MOST_DOCUMENTS = 20_000


@register()
def documents_under_whoosh(**kwargs: Any) -> list[CheckMessage]:
    counts = [backend.store.count() for backend in get_search_backends() if isinstance(backend, SearchBackend)]
    if max(counts, default=0) <= MOST_DOCUMENTS:
        return []
    return [
        Warning(
            f"The search index holds {max(counts):,} documents; Whoosh answers in time up to about {MOST_DOCUMENTS:,}.",
            hint="Move search to PostgreSQL, or to SQLite FTS5 on a single machine (WAGTAILSEARCH_BACKENDS; ADR 0004).",
            id="search.W001",
        )
    ]
