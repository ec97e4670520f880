"""Scores of everything that matches, by BM25 over Whoosh's postings.

Whoosh's own matchers are made to find the best ten. The hub counts all it may show, and then one call for each word and
document is the cost: read in bulk, the same scores take a fifth of the time.
"""

from __future__ import annotations

import sys
from collections.abc import Container, Sequence

from whoosh import query
from whoosh.matching import FilterMatcher
from whoosh.reading import IndexReader
from whoosh.searching import Searcher

from hub.search.documents import Key, Ranked

K1, B = 1.2, 0.75

Scores = dict[int, float]  # by the document's number within its segment


class Columns:
    """What is read again and again of one segment, which never changes once it is written."""

    def __init__(self, reader: IndexReader) -> None:
        self._lengths: dict[str, list[int]] = {}
        keys = [Key.parse(text) for text in reader.column_reader("key")]
        self.labels = [sys.intern(key.label) for key in keys]
        self.pks = [key.pk for key in keys]
        self.ties = [text.decode() for text in reader.column_reader("tie")]

    def lengths(self, field: str, reader: IndexReader) -> list[int]:
        if field not in self._lengths:
            number = reader.doc_count_all()
            self._lengths[field] = [reader.doc_field_length(doc, field) or 0 for doc in range(number)]
        return self._lengths[field]


def rank(searcher: Searcher, wanted: query.Query, kept: dict[str, Columns]) -> list[Ranked]:
    """In no order. `kept` holds the columns of segments read before; those that have gone are dropped from it."""
    found: list[Ranked] = []
    in_use = set()
    for leaf, _offset in searcher.leaf_searchers():
        reader = leaf.reader()
        if not reader.doc_count():
            continue
        name = reader.segment().segment_id()
        in_use.add(name)
        if name not in kept:
            kept[name] = Columns(reader)
        labels, pks, ties = kept[name].labels, kept[name].pks, kept[name].ties
        live = set(reader.all_doc_ids()) if reader.has_deletions() else range(reader.doc_count_all())
        scores = Segment(searcher, leaf, kept[name]).scores(wanted)
        found += [(labels[doc], pks[doc], score, ties[doc]) for doc, score in scores.items() if doc in live]
    for gone in set(kept) - in_use:
        kept.pop(gone, None)
    return found


class Segment:
    """Queries as set algebra on scores. What has no rule of its own is asked of Whoosh's matcher."""

    def __init__(self, searcher: Searcher, leaf: Searcher, columns: Columns) -> None:
        self.searcher, self.leaf, self.columns = searcher, leaf, columns
        self.reader = leaf.reader()

    def scores(self, wanted: query.Query, among: Container[int] | None = None) -> Scores:
        match wanted:
            case query.Term():
                return self._term(wanted, among)
            case query.And():
                return _boosted(self._all_of(wanted.subqueries, among), wanted.boost)
            case query.Or():
                return _boosted(self._any_of(wanted.subqueries, among), wanted.boost)
            case query.AndNot():
                unwanted = self.scores(wanted.b)
                return {doc: score for doc, score in self.scores(wanted.a, among).items() if doc not in unwanted}
        return self._matched(wanted, among)

    def _all_of(self, parts: Sequence[query.Query], among: Container[int] | None) -> Scores:
        """The rarest first: of the others only what it has left is scored."""
        total: Scores | None = None
        for part in sorted(parts, key=lambda part: part.estimate_size(self.reader)):
            scores = self.scores(part, among if total is None else total)
            total = scores if total is None else {doc: total[doc] + score for doc, score in scores.items()}
            if not total:
                break
        return total or {}

    def _any_of(self, parts: Sequence[query.Query], among: Container[int] | None) -> Scores:
        total: Scores = {}
        for part in parts:
            for doc, score in self.scores(part, among).items():
                total[doc] = total.get(doc, 0.0) + score
        return total

    def _term(self, term: query.Term, among: Container[int] | None) -> Scores:
        field, text = term.fieldname, term.text
        if (field, text) not in self.reader:
            return {}
        postings = self.reader.postings(field, text)
        # Deleted documents are left out at the end, once, which is cheaper than the filter around each word's postings.
        postings = postings.child if isinstance(postings, FilterMatcher) else postings
        idf = self.searcher.idf(field, text) * term.boost
        lengths = self.columns.lengths(field, self.reader)
        average = self.searcher.avg_field_length(field) or 1
        scores: Scores = {}
        while postings.is_active():
            doc = postings.id()
            if among is None or doc in among:
                weight = postings.weight()
                scores[doc] = idf * weight * (K1 + 1) / (weight + K1 * (1 - B + B * lengths[doc] / average))
            postings.next()
        return scores

    def _matched(self, wanted: query.Query, among: Container[int] | None) -> Scores:
        matcher = wanted.matcher(self.leaf, self.searcher.context(needs_current=True))
        scores: Scores = {}
        while matcher.is_active():
            if among is None or matcher.id() in among:
                scores[matcher.id()] = matcher.score()
            matcher.next()
        return scores


def _boosted(scores: Scores, boost: float) -> Scores:
    return scores if boost == 1 else {doc: score * boost for doc, score in scores.items()}
