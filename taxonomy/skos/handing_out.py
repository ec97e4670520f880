"""What of a scheme a viewer may take away: read whole, written in a format, and remembered for the next who asks."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db.models import Count, Max, QuerySet

from hub.core.audience import Viewer
from taxonomy.models import CHANGE, Collection, Concept, ConceptScheme, Mapping, SchemeRelease
from taxonomy.skos import quality
from taxonomy.skos.addresses import uri_of
from taxonomy.skos.formats import DOWNLOADS, WRITTEN
from taxonomy.skos.stored import concepts_for, state_of, vocabulary_of
from taxonomy.skos.vocabulary import Vocabulary, entry_from_json

KEPT_FOR = 24 * 60 * 60


@dataclass(frozen=True)
class Thing:
    """A term or a collection that has an address of its own."""

    scheme: ConceptScheme
    uri: str
    page: str
    concept: Concept | None = None


def schemes(viewer: Viewer) -> QuerySet[ConceptScheme]:
    """Those of which the viewer may read any term, with how many that are."""
    readable = concepts_for(viewer).order_by().values("pk")
    return ConceptScheme.objects.filter(concepts__in=readable).annotate(size=Count("concepts")).order_by("title", "slug")


def thing(viewer: Viewer, scheme: ConceptScheme, public_id: str) -> Thing | None:
    concept = concepts_for(viewer).filter(scheme=scheme, public_id=public_id).first()
    if concept is not None:
        page = concept.get_absolute_url() if concept.status != Concept.Status.CANDIDATE else ""
        return Thing(scheme, uri_of(concept, scheme), page, concept)
    collection = Collection.objects.filter(scheme=scheme, public_id=public_id).first()
    return Thing(scheme, uri_of(collection, scheme), "") if collection is not None else None


def document_about(about: Thing, viewer: Viewer) -> Vocabulary:
    """One term with its neighbours' addresses, or one collection."""
    if about.concept is not None:
        found = vocabulary_of(about.scheme, concepts_for(viewer), editorial=viewer.has_perm(CHANGE), only=[about.concept.pk])
        found.scheme.title = ""
        return found
    found = vocabulary_of(about.scheme, concepts_for(viewer))
    return Vocabulary(groups=[group for group in found.groups if group.uri == about.uri])


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def state(scheme: ConceptScheme, viewer: Viewer) -> tuple[str, dt.datetime | None]:
    """(what tells one state from another, when a term was last changed): both of what the viewer may read."""
    among = concepts_for(viewer)
    changed = among.filter(scheme=scheme).aggregate(at=Max("modified_at"))["at"]
    return state_of(scheme, among) + ("-all" if viewer.has_perm(CHANGE) else ""), changed


def _key(suffix: str, as_of: str) -> str:
    return f"taxonomy-download-{suffix}-{as_of}"


def written(scheme: ConceptScheme, viewer: Viewer, suffix: str, as_of: str) -> bytes:
    key = _key(suffix, as_of)
    kept: bytes | None = cache.get(key)
    if kept is None:
        pieces = WRITTEN[suffix].write(vocabulary_of(scheme, concepts_for(viewer), editorial=viewer.has_perm(CHANGE)))
        kept = b"".join(piece if isinstance(piece, bytes) else piece.encode() for piece in pieces)
        cache.set(key, kept, KEPT_FOR)
    return kept


# --- Quality ------------------------------------------------------------------------------------

MOST_SHOWN = 100


@dataclass(frozen=True)
class Shown:
    """A finding whose places are (label, address of the term's page or "", what is wrong)."""

    title: str
    advice: str
    all_shown: list[tuple[str, str, str]]

    @property
    def places(self) -> list[tuple[str, str, str]]:
        return self.all_shown

    def as_json(self) -> dict[str, Any]:
        """To be kept: the first of the places, and how many there are."""
        shown = [list(place) for place in self.all_shown[:MOST_SHOWN]]
        return {"title": self.title, "advice": self.advice, "count": len(self.all_shown), "shown": shown}


def quality_of(scheme: ConceptScheme, now: dt.datetime) -> list[Shown]:
    """What editors should look at, in the scheme as it is."""
    found = vocabulary_of(scheme, Concept.objects.all(), editorial=True)
    rows = Mapping.objects.filter(concept__scheme=scheme).select_related("concept")
    checked = {(uri_of(row.concept, scheme), row.target_uri): row.checked_on for row in rows}
    pages = {uri: f"/a-z/{entry.slug}/" for uri, entry in found.entries.items() if entry.status != Concept.Status.CANDIDATE}
    return [
        Shown(
            finding.title,
            finding.advice,
            [(found.entries[uri].label if uri in found.entries else uri, pages.get(uri, ""), told) for uri, told in finding.places],
        )
        for finding in quality.check(found, now, checked)
    ]


def quality_reports() -> list[ConceptScheme]:
    """Every scheme, with the report that was kept of it, if there is one. One query."""
    return list(ConceptScheme.objects.select_related("quality_report").order_by("title", "slug"))


def findings_of(release: SchemeRelease, now: dt.datetime) -> list[quality.Finding]:
    """Of a release as it was given out, kept; of one in preparation, the scheme as every visitor reads it now."""
    if release.state == SchemeRelease.State.RELEASED:
        return _findings_of_snapshot(release, now)
    return _findings_now(release.scheme, now)


def _findings_now(scheme: ConceptScheme, now: dt.datetime) -> list[quality.Finding]:
    """Of the scheme as visitors read it; kept for as long as it stays so."""
    key = f"taxonomy-findings-now-{state(scheme, AnonymousUser())[0]}"
    kept: list[quality.Finding] | None = cache.get(key)
    if kept is None:
        kept = quality.check(vocabulary_of(scheme, concepts_for(AnonymousUser())), now)
        cache.set(key, kept, KEPT_FOR)
    return kept


def prepare(scheme: ConceptScheme, now: dt.datetime) -> int:
    """Whatever of a scheme every visitor may ask for and takes long to make; how much of it was not there yet. For the worker."""
    visitor = AnonymousUser()
    as_of = state(scheme, visitor)[0]
    missing = [suffix for suffix in DOWNLOADS if not cache.has_key(_key(suffix, as_of))]
    for suffix in missing:
        written(scheme, visitor, suffix, as_of)
    if SchemeRelease.objects.filter(scheme=scheme).exclude(state=SchemeRelease.State.RELEASED).exists():
        _findings_now(scheme, now)
    return len(missing)


def _findings_of_snapshot(release: SchemeRelease, now: dt.datetime) -> list[quality.Finding]:
    key = f"taxonomy-findings-{release.sha256}"
    kept: list[quality.Finding] | None = cache.get(key)
    if kept is None:
        entries = [entry_from_json(told) for told in release.snapshot]
        kept = quality.check(Vocabulary(entries={entry.uri: entry for entry in entries}), now)
        cache.set(key, kept, KEPT_FOR)
    return kept
