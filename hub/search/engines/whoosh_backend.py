"""Whoosh behind modelsearch: the engine ranks, the database decides.

The engine answers with (row, score) pairs for everything that matches. Filters, published or not, and permission are
the queryset's, so a stale entry shows nobody anything. Writing goes through the outbox.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from django.db import models
from django.db.models import Count, QuerySet
from modelsearch import query as wanted
from modelsearch.backends.base import (
    BaseIndex,
    BaseSearchBackend,
    BaseSearchQueryCompiler,
    BaseSearchResults,
    FilterFieldError,
    SearchFieldError,
)
from whoosh import query as whoosh

from hub.search import outbox
from hub.search.documents import STAND_INS, Document, Key, Ranked, documents, fold, indexable
from hub.search.engines import whoosh_store
from hub.search.engines.whoosh_store import LONGEST_START, Busy, Store, stems, words

MOST_WORDS = 24  # of a query: beyond that each word costs and none helps
MOST_KEYS = 500  # in one query to the database; with more, all rows are fetched and compared here


@cache
def store_at(folder: str, audience: str) -> Store:
    """One for each process, so that its readers are kept."""
    return Store(Path(folder), audience)


# --- From modelsearch's words to Whoosh's ----------------------------------------------------


def compiled(tree: wanted.SearchQuery) -> whoosh.Query:
    """Built from analysed words only: no query language is parsed, so nothing anybody types can be a mistake in it."""
    match tree:
        case wanted.PlainText():
            return _joined([whoosh.Term("text", stem) for stem in stems(tree.query_string)[:MOST_WORDS]], tree.operator, tree.boost)
        case wanted.Phrase():
            found = [token.text for token in whoosh_store.analyser(fold(tree.query_string), mode="query")][:MOST_WORDS]
            return whoosh.Phrase("text", found) if len(found) > 1 else _joined([whoosh.Term("text", stem) for stem in found])
        case wanted.Fuzzy():
            near = [whoosh.FuzzyTerm("names", word, prefixlength=2) for word in words(tree.query_string)[:MOST_WORDS]]
            return _joined(near, tree.operator)
        case wanted.Boost():
            return _boosted(compiled(tree.subquery), tree.boost)
        case wanted.Not():
            return whoosh.AndNot(whoosh.Every(), compiled(tree.subquery))
        case wanted.And() | wanted.Or():
            return _joined([compiled(part) for part in tree.subqueries], "and" if isinstance(tree, wanted.And) else "or")
        case wanted.MatchAll():
            return whoosh.Every()
    raise NotImplementedError(repr(tree))


def _joined(parts: Sequence[whoosh.Query], operator: str = "and", boost: float = 1) -> whoosh.Query:
    """A part without words says nothing, and so changes nothing."""
    parts = [part for part in parts if part != whoosh.NullQuery]
    if not parts:
        return whoosh.NullQuery
    return _boosted(whoosh.And(list(parts)) if operator == "and" else whoosh.Or(list(parts)), boost)


def _boosted(part: whoosh.Query, boost: float) -> whoosh.Query:
    return part if boost == 1 or part == whoosh.NullQuery else part.with_boost(boost)


def completing(text: str) -> whoosh.Query:
    """Every word of the text begins a word of the name."""
    found = [token.text[:LONGEST_START] for token in whoosh_store.start_analyser(fold(text), mode="query")]
    return _joined([whoosh.Term("starts", start) for start in found[:MOST_WORDS]])


class QueryCompiler(BaseSearchQueryCompiler):
    def check(self) -> None:
        """Only the fields to search in: filters and order are the database's own."""
        allowed = {field.field_name for field in self.queryset.model.get_searchable_search_fields()}
        for name in set(self.fields or ()) - allowed:
            raise SearchFieldError(
                f'Cannot search with field "{name}". Add index.SearchField("{name}") to {self.queryset.model.__name__}.',
                field_name=name,
            )

    @property
    def matches_all(self) -> bool:
        return isinstance(self.query, wanted.MatchAll)

    def whoosh_query(self) -> whoosh.Query:
        """The index keeps one text for each thing: `fields` is checked and otherwise searches them all."""
        return compiled(self.query)


class AutocompleteQueryCompiler(QueryCompiler):
    def whoosh_query(self) -> whoosh.Query:
        return completing(self.query.query_string) if isinstance(self.query, wanted.PlainText) else compiled(self.query)


# --- Results ---------------------------------------------------------------------------------


class Results(BaseSearchResults):
    """Scores from the engine, everything else from the queryset."""

    supports_facet = True

    def _scores(self) -> dict[Any, float]:
        model = self.query_compiler.queryset.model
        ours: dict[str, bool] = {}
        scores = {}
        for label, pk, score, _tie in self.backend.store.rank(self.query_compiler.whoosh_query()):
            if label not in ours:
                ours[label] = issubclass(Key(label, pk).model, model)
            if ours[label]:
                scores[model._meta.pk.to_python(pk)] = score
        return scores

    def _among(self, things: QuerySet[Any], pks: Sequence[Any]) -> QuerySet[Any]:
        """Those of the queryset that the engine found, as a queryset."""
        if len(pks) > MOST_KEYS:
            found = set(pks)
            pks = [pk for pk in things.order_by().values_list("pk", flat=True) if pk in found]
        return things.filter(pk__in=pks)

    def _do_search(self) -> Iterator[Any]:
        things = self.query_compiler.queryset
        if self.query_compiler.matches_all:
            yield from things[self.start : self.stop]
            return
        scores = self._scores()
        if self.query_compiler.order_by_relevance:
            seen = set(self._among(things, list(scores)).order_by().values_list("pk", flat=True))
            in_order = sorted(seen, key=lambda pk: (-scores[pk], pk))[self.start : self.stop]
            loaded = {thing.pk: thing for thing in things.filter(pk__in=in_order)}
            found = [loaded[pk] for pk in in_order if pk in loaded]
        else:
            found = list(self._among(things, list(scores))[self.start : self.stop])
        for thing in found:
            if self._score_field:
                setattr(thing, self._score_field, scores[thing.pk])
            yield thing

    def _do_count(self) -> int:
        things = self.query_compiler.queryset
        number = things.count() if self.query_compiler.matches_all else self._among(things, list(self._scores())).count()
        return max(0, (number if self.stop is None else min(number, self.stop)) - self.start)

    def facet(self, field_name: str) -> dict[Any, int]:
        if self.query_compiler._get_filterable_field(field_name) is None:
            raise FilterFieldError(f'Cannot facet search results with field "{field_name}".', field_name=field_name)
        things = self.query_compiler.queryset
        if not self.query_compiler.matches_all:
            things = self._among(things, list(self._scores()))
        counted = things.order_by().values(field_name).annotate(count=Count("pk")).order_by("-count", field_name)
        return {row[field_name]: row["count"] for row in counted}


# --- Writing ---------------------------------------------------------------------------------


class Index(BaseIndex):
    """One for each audience, whatever the model."""

    def get_key(self) -> str:
        return str(self.backend.audience)

    def __str__(self) -> str:
        return self.get_key()

    def add_items(self, model: type[models.Model], items: Sequence[models.Model]) -> None:
        """Only notes that they have changed; the worker decides which index holds them."""
        outbox.enqueue(items)

    def delete_item(self, item: models.Model) -> None:
        outbox.enqueue([item])

    def apply(self, changes: dict[Key, Document | None]) -> bool:
        """Called by the worker only; False while somebody else writes, so that it asks again later."""
        try:
            self.backend.store.apply(changes)
        except Busy:
            return False
        return True

    def reset(self) -> None:
        self.backend.store.clear()


class IndexAside(Index):
    """The index that a rebuild fills; it writes at once, and only what its audience may see."""

    def __init__(self, backend: SearchBackend, writer: Any) -> None:
        super().__init__(backend)
        self.writer = writer

    def add_items(self, model: type[models.Model], items: Sequence[models.Model]) -> None:
        if self.backend.audience in STAND_INS:
            visible = indexable(self.backend.audience, model).filter(pk__in=[item.pk for item in items])
            allowed = set(visible.order_by().values_list("pk", flat=True))
            items = [item for item in items if item.pk in allowed]
        for document in documents(model, items):
            whoosh_store.add(self.writer, document)


class Rebuilder:
    """Aside, then in place in one step: an abandoned rebuild changes nothing."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.open = ExitStack()

    def start(self) -> IndexAside:
        return IndexAside(self.index.backend, self.open.enter_context(self.index.backend.store.rebuilding()))

    def finish(self) -> None:
        self.open.close()

    @contextmanager
    def abandoned_on_error(self) -> Iterator[None]:
        """Around whatever fills the index: an error takes it away again, and lets go of the lock."""
        try:
            yield
        except BaseException as error:
            self.open.__exit__(type(error), error, error.__traceback__)
            raise


class SearchBackend(BaseSearchBackend):
    """Beside what modelsearch asks for: `rank`, `alike`, `correction`, `stems` and `stem`, which the hub's own search asks every engine."""

    query_compiler_class = QueryCompiler
    autocomplete_query_compiler_class = AutocompleteQueryCompiler
    index_class = Index
    results_class = Results
    rebuilder_class = Rebuilder
    catch_indexing_errors = False  # a lost row of the outbox would be a lost change: the save fails with it

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.audience: str = params["AUDIENCE"]
        self.store = store_at(str(params["PATH"]), self.audience)

    def rank(self, tree: wanted.SearchQuery) -> list[Ranked]:
        return self.store.rank(compiled(tree))

    def alike(self, weights: dict[str, float]) -> list[Ranked]:
        return self.store.alike(weights)

    def correction(self, word: str) -> str | None:
        return self.store.correction(word)

    def stems(self, text: str) -> list[str]:
        return stems(text)

    def stem(self, word: str) -> tuple[str, ...]:
        return whoosh_store.stem(word)
