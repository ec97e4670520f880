"""All indexes from nothing, beside those in use."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from modelsearch.backends import get_search_backend
from wagtail.models import Page

from hub.search.documents import indexable, indexed_models

CHUNK = 200

Report = Callable[[str, str, int], None]


def rebuild(audience: str, report: Report = lambda audience, kind, number: None) -> int:
    """Changes made meanwhile wait in the outbox and are told to the new index."""
    backend = get_search_backend(audience)
    rebuilder = backend.rebuilder_class(backend.get_index_for_model(Page))
    index, total = rebuilder.start(), 0
    with rebuilder.abandoned_on_error():
        for model in indexed_models(audience):
            pks = list(indexable(audience, model).order_by("pk").values_list("pk", flat=True))
            for start in range(0, len(pks), CHUNK):
                index.add_items(model, list(indexable(audience, model).filter(pk__in=pks[start : start + CHUNK])))
            total += len(pks)
            report(audience, str(model._meta.verbose_name_plural), len(pks))
        rebuilder.finish()
    return total


def rebuild_all(report: Report) -> dict[str, int]:
    return {audience: rebuild(audience, report) for audience in settings.WAGTAILSEARCH_BACKENDS}
