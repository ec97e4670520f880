"""One search over every room: the engine of the viewer's audience ranks, the rooms' `visible_to` decides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.urls import reverse
from modelsearch.backends import get_search_backend
from modelsearch.query import And, Phrase, PlainText, SearchQuery

from hub.core.audience import Audience, Viewer, reads_members_content
from hub.search.documents import fold
from hub.search.passages import Shown, shown
from hub.search.rows import Row, hits, newest_first, visible
from hub.search.sources import all_sources, source_called
from taxonomy.labels import letter_of, sort_key
from taxonomy.models import Concept, Label

LONGEST_QUERY = 200
PER_PAGE = 20
MOST_KEYS = 500  # in one query; with more hits of a kind, all visible rows of the kind are fetched and compared here
MOST_TERM_CARDS = 3
_QUOTED = re.compile(r'"([^"]*)"')


@dataclass(frozen=True)
class KindCount:
    """One filter link: how many of a kind there are for this viewer."""

    kind: str
    plural: str
    count: int
    url: str
    is_current: bool


@dataclass(frozen=True)
class Found:
    """The search page. `loose` says that no thing has all the words, so these have some of them."""

    text: str = ""
    concept: Concept | None = None
    kind: str = ""
    total: int = 0
    kinds: list[KindCount] = field(default_factory=list)
    page: Page[Row] | None = None
    shown: list[Shown] = field(default_factory=list)
    loose: bool = False
    suggestion: str = ""
    unknown_concept: bool = False

    @property
    def asked_for_something(self) -> bool:
        return bool(self.text or self.concept or self.unknown_concept)

    @property
    def kind_label(self) -> str:
        """For the sentence that counts: "3 results among questions"."""
        source = source_called(self.kind)
        return source.plural[0].lower() + source.plural[1:] if source else ""

    @property
    def ask_url(self) -> str:
        """What has been typed becomes the question's title."""
        query = urlencode({"title": self.text}) if self.text else ""
        return f"{reverse('forum:ask')}?{query}".rstrip("?")

    @property
    def url_without_concept(self) -> str:
        return f"{reverse('search:results')}?{address(self.text, self.kind, None)}".rstrip("?")

    @property
    def suggestion_url(self) -> str:
        return f"{reverse('search:results')}?{address(self.suggestion, '', self.concept)}"

    @property
    def query(self) -> str:
        """The address without its page, for paging and for the filter links."""
        return address(self.text, self.kind, self.concept)


def address(text: str, kind: str, concept: Concept | None) -> str:
    parts = {"q": text, "kind": kind, "concept": concept.slug if concept else ""}
    return urlencode({name: value for name, value in parts.items() if value})


def search(viewer: Viewer, *, text: str = "", kind: str = "", concept: str = "", page: str = "") -> Found:
    """`kind` and `concept` (a slug) narrow; what names nothing finds nothing. A page too far is the last one."""
    text = " ".join(text.replace("\0", " ").split())[:LONGEST_QUERY].strip()
    term = Concept.objects.visible_to(viewer).filter(slug=concept).first() if concept else None
    if concept and term is None:
        return Found(text=text, kind=kind, unknown_concept=True)
    if not text and term is None:
        return Found()
    things = _things(viewer, term)
    found, loose = _found(viewer, text, things) if text else (newest_first(things), False)
    terms = _terms_called(text, things) if "term" in things and kind in {"", "term"} else []
    found = terms + [row for row in found if row not in terms] if terms else found
    return _drawn(viewer, Found(text=text, concept=term, kind=kind, loose=loose), found, things, page)


def _drawn(viewer: Viewer, asked: Found, found: list[Row], things: Mapping[str, QuerySet[Any]], page: str) -> Found:
    of_kind = [row for row in found if row[0] == asked.kind] if asked.kind else found
    here = Paginator(of_kind, PER_PAGE).get_page(page)
    engine = get_search_backend(_audience(viewer))
    wanted = set(engine.stems(asked.text))
    drawn = [shown(hit, wanted, engine.stem) for hit in hits(list(here), things, with_concepts=True)]
    return Found(
        text=asked.text,
        concept=asked.concept,
        kind=asked.kind,
        total=len(of_kind),
        kinds=_counts(asked, found),
        page=here,
        shown=drawn,
        loose=asked.loose and bool(found),
        suggestion="" if found and not asked.loose else _suggestion(viewer, asked.text, things),
    )


def _audience(viewer: Viewer) -> str:
    return Audience.MEMBERS.value if reads_members_content(viewer) else Audience.PUBLIC.value


def _things(viewer: Viewer, concept: Concept | None) -> dict[str, QuerySet[Any]]:
    """What the viewer may see, by kind; with a concept, what carries it."""
    things = {source.kind: source.visible(viewer) for source in all_sources() if concept is None or source.tag_model is not None}
    if concept is None:
        return things
    return {source.kind: source.tagged(things[source.kind], concept) for source in all_sources() if source.kind in things}


def _found(viewer: Viewer, text: str, things: Mapping[str, QuerySet[Any]]) -> tuple[list[Row], bool]:
    """What has all the words; if nothing visible has, what has some of them."""
    found = _ranked(viewer, _all_words(text), things)
    if found or len(text.split()) == 1:
        return found, False
    return _ranked(viewer, PlainText(text.replace('"', " "), operator="or"), things), True


def _all_words(text: str) -> SearchQuery:
    """Words in quotation marks stand together."""
    phrases = [phrase for phrase in _QUOTED.findall(text) if phrase.strip()]
    rest = _QUOTED.sub(" ", text).replace('"', " ")
    parts: list[SearchQuery] = [*map(Phrase, phrases), *([PlainText(rest)] if rest.strip() else [])]
    return parts[0] if len(parts) == 1 else And(parts)


def _ranked(viewer: Viewer, query: SearchQuery, things: Mapping[str, QuerySet[Any]]) -> list[Row]:
    """The engine's hits among what may be seen, the best first; one query for all kinds."""
    sources = all_sources()
    known = {source.model._meta.label_lower: (place, source.model._meta.pk) for place, source in enumerate(sources)}
    scores: dict[str, list[tuple[float, int, str, Any]]] = {}
    for label, pk, score, tie in get_search_backend(_audience(viewer)).rank(query):
        if label in known and sources[known[label][0]].kind in things:
            place, key = known[label]
            scores.setdefault(sources[place].kind, []).append((-score, place, tie, key.to_python(pk)))
    seen = visible({kind: _narrowed(things[kind], of_kind) for kind, of_kind in scores.items()})
    ranked = sorted(entry for kind, of_kind in scores.items() for entry in of_kind if entry[3] in seen[kind])
    return [(sources[place].kind, pk) for _score, place, _tie, pk in ranked]


def _narrowed(things: QuerySet[Any], scores: list[tuple[float, int, str, Any]]) -> QuerySet[Any]:
    """With many hits, asking for everything visible is cheaper than naming each."""
    return things if len(scores) > MOST_KEYS else things.filter(pk__in=[pk for _score, _place, _tie, pk in scores])


def _counts(asked: Found, found: list[Row]) -> list[KindCount]:
    counts = Counter(kind for kind, _pk in found)
    path = reverse("search:results")
    every = KindCount("", "Everything", len(found), f"{path}?{address(asked.text, '', asked.concept)}", not asked.kind)
    kinds = [
        KindCount(
            kind=source.kind,
            plural=source.plural,
            count=counts[source.kind],
            url=f"{path}?{address(asked.text, source.kind, asked.concept)}",
            is_current=asked.kind == source.kind,
        )
        for source in all_sources()
        if counts[source.kind] or asked.kind == source.kind
    ]
    return [every, *kinds] if kinds else []


def _terms_called(text: str, things: Mapping[str, QuerySet[Any]]) -> list[Row]:
    """Terms one of whose names is just this, capitals, accents and punctuation aside."""
    key = sort_key(text)
    if not key:
        return []
    called = Label.objects.filter(letter=letter_of(text), sort_key=key).values("concept")
    terms = things["term"].filter(pk__in=called).order_by("slug")[:MOST_TERM_CARDS]
    return [("term", pk) for pk in terms.values_list("pk", flat=True)]


def _suggestion(viewer: Viewer, text: str, things: Mapping[str, QuerySet[Any]]) -> str:
    """The same words with slips put right; offered only if it finds something for this viewer."""
    engine = get_search_backend(_audience(viewer))
    corrected = re.sub(r"\w+", lambda match: engine.correction(fold(match.group()).lower()) or match.group(), text)
    if corrected == text or not _ranked(viewer, _all_words(corrected), things):
        return ""
    return corrected
