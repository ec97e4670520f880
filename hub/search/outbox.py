"""What has changed is written down where it changes, in the same transaction; the worker tells the indexes.

One outbox serves all indexes: which of them holds a thing is decided when it is handled, by what each audience's
stand-in may see at that moment.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from modelsearch.backends import get_search_backend
from wagtail.models import Page

from hub.search.documents import Document, Key, documents, indexable, indexed_models
from hub.search.models import IndexChange
from hub.search.sources import Source, all_sources
from taxonomy.models import Concept, ConceptChange

logger = logging.getLogger(__name__)

AT_ONCE = 200
LATE = dt.timedelta(minutes=10)


def enqueue(things: Iterable[models.Model]) -> None:
    """Again and again, in the caller's transaction: a thing waits once, however often it changes."""
    _write((_content_type_id(thing), str(thing.pk)) for thing in things)


def enqueue_rows(model: type[models.Model], pks: Iterable[Any]) -> None:
    content_type = ContentType.objects.get_for_model(model)
    _write((content_type.pk, str(pk)) for pk in pks)


def enqueue_pages(pages: models.QuerySet[Any]) -> None:
    """Pages of every type, as the type they are."""
    _write((type_id, str(pk)) for type_id, pk in pages.order_by().values_list("content_type_id", "pk"))


def enqueue_tagged(source: Source, concept: Concept) -> None:
    if source.tag_model is not None:
        tags = source.tag_model._default_manager.filter(concept=concept)
        enqueue_rows(source.model, tags.values_list(source.tag_key, flat=True))


def enqueue_change(change: ConceptChange) -> None:
    """The terms that it changed, and whatever carries them; at once for thousands."""
    concepts = change.concepts.order_by().values_list("pk", flat=True)
    enqueue_rows(Concept, concepts)
    for source in all_sources():
        if source.tag_model is not None:
            tags = source.tag_model._default_manager.filter(concept__in=concepts)
            enqueue_rows(source.model, tags.values_list(source.tag_key, flat=True))


def _content_type_id(thing: models.Model) -> int:
    """A page deleted as a plain Page was indexed as the type it is."""
    return thing.content_type_id if isinstance(thing, Page) else ContentType.objects.get_for_model(thing).pk


def _write(keys: Iterable[tuple[int, str]]) -> None:
    """Sorted, so that two transactions that write the same rows wait for each other instead of locking each other out."""
    now = timezone.now()
    changes = [IndexChange(content_type_id=type_id, object_pk=pk, changed_at=now) for type_id, pk in sorted(set(keys))]
    if changes:
        IndexChange.objects.bulk_create(
            changes,
            batch_size=500,
            update_conflicts=True,
            unique_fields=["content_type", "object_pk"],
            update_fields=["token", "changed_at"],
        )


def run() -> int:
    """The worker's duty."""
    return drain(timezone.now())


def drain(now: dt.datetime, limit: int = AT_ONCE) -> int:
    """Tell every index of the oldest changes, in one commit each; returns how many were handled.

    Rows go when all indexes have been told, so a kill in between does the work twice and loses nothing. A thing that
    changes meanwhile has a new token, so its row stays.
    """
    changes = list(IndexChange.objects.select_related("content_type").order_by("changed_at", "pk")[:limit])
    if not changes:
        return 0
    if now - changes[0].changed_at > LATE:
        logger.warning("The search index is behind: a change of %s waits still.", changes[0].changed_at)
    by_model = _by_model(changes)
    for pk in by_model.pop(ConceptChange, []):
        for change in ConceptChange.objects.filter(pk=pk):
            enqueue_change(change)
    for audience in settings.WAGTAILSEARCH_BACKENDS:
        if not _tell(audience, by_model):
            return 0
    IndexChange.objects.filter(token__in=[change.token for change in changes]).delete()
    return len(changes)


def _by_model(changes: Sequence[IndexChange]) -> dict[type[models.Model], list[str]]:
    by_model: dict[type[models.Model], list[str]] = defaultdict(list)
    for change in changes:
        model = change.content_type.model_class()
        if model is not None:
            by_model[model].append(change.object_pk)
    return by_model


def _tell(audience: str, by_model: dict[type[models.Model], list[str]]) -> bool:
    """False where the index is being rebuilt: the changes wait, and are told to the new one."""
    index = get_search_backend(audience).get_index_for_model(Page)
    known = set(indexed_models(audience))
    told: dict[Key, Document | None] = {}
    for model, pks in by_model.items():
        if model in known:
            told |= dict.fromkeys(Key(model._meta.label_lower, pk) for pk in pks)
            told |= {document.key: document for document in _documents(audience, model, pks)}
    return bool(index.apply(told)) if told else True


def _documents(audience: str, model: type[models.Model], pks: list[str]) -> Iterable[Document]:
    """One thing that cannot be read is left out and named in the log; it must not hold up the others for ever."""
    things = list(indexable(audience, model).filter(pk__in=pks))
    try:
        return list(documents(model, things))
    except Exception:
        logger.exception("Something among %s of %s cannot be indexed; taking them one by one", pks, model._meta.label)
    found: list[Document] = []
    for thing in things:
        try:
            found += documents(model, [thing])
        except Exception:
            logger.exception("%s %s cannot be indexed", model._meta.label, thing.pk)
    return found
