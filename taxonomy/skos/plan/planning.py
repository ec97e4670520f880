"""A plan while it is made: what the file says beside what the hub has."""

from __future__ import annotations

import datetime as dt

from taxonomy import queries
from taxonomy.models import Concept, ConceptScheme
from taxonomy.skos.addresses import root_of, uri_of
from taxonomy.skos.plan.outcome import Pair, Plan, Wanted, state_of_terms
from taxonomy.skos.vocabulary import Vocabulary, one_line


class Planning:
    """`own` are the scheme's terms by URI, `elsewhere` the other schemes' terms; `uris` names every term of the hub by key,
    `statuses` says how each stands before the file comes in."""

    def __init__(self, vocabulary: Vocabulary, wanted: Wanted, now: dt.datetime) -> None:
        self.vocabulary, self.wanted, self.now = vocabulary, wanted, now
        self.problems = vocabulary.problems
        scheme = ConceptScheme.objects.filter(slug=wanted.slug).first()
        self.plan = Plan(scheme or self._new_scheme(), state_of_terms(), vocabulary)
        self.own: dict[str, Concept] = {}
        self.elsewhere: dict[str, ConceptScheme] = {}
        self.public_ids: set[str] = set()
        self.uris: dict[int, str] = {}
        self.statuses: dict[str, str] = {}
        self.taken: set[str] = set()
        self.spoken: set[Pair] = set()  # of which kinds of statement the file has any

    def _new_scheme(self) -> ConceptScheme:
        facts = self.vocabulary.scheme
        scheme = ConceptScheme(
            slug=self.wanted.slug,
            title=one_line(self.wanted.title or facts.title or self.wanted.slug)[:120],
            description=facts.description,
            licence=facts.licence if facts.licence.startswith(("http://", "https://")) else "",
            owner=facts.owner[:120],
        )
        if facts.uri and facts.uri != root_of(scheme):
            taken = ConceptScheme.objects.filter(source_uri=facts.uri).first()
            if taken is not None:
                self.problems.stop(
                    f"This is the scheme “{taken.title}”, which is here as “{taken.slug}”. Import it there.", facts.uri
                )
            scheme.source_uri = facts.uri[:500]
        return scheme

    def know_the_hub(self) -> None:
        """Every term of the hub by URI, and those of this scheme whole."""
        schemes = {scheme.pk: scheme for scheme in ConceptScheme.objects.all()}
        fields = ("pk", "scheme_id", "public_id", "source_uri", "status")
        for pk, scheme_pk, public_id, source_uri, status in Concept.objects.values_list(*fields):
            uri = source_uri or f"{root_of(schemes[scheme_pk])}{public_id}"
            self.plan.pks[uri] = pk
            self.statuses[uri] = status
            self.public_ids.add(public_id)
            if scheme_pk != self.plan.scheme.pk:
                self.elsewhere[uri] = schemes[scheme_pk]
        if self.plan.scheme.pk is not None:
            for concept in Concept.objects.filter(scheme=self.plan.scheme):
                self.own[uri_of(concept, self.plan.scheme)] = concept
        self.uris = {pk: uri for uri, pk in self.plan.pks.items()}
        self.taken = queries.taken_slugs()

    def hear(self) -> None:
        """After the file's terms are settled: which kinds of statement it makes at all."""
        for entry in self.vocabulary.entries.values():
            self.spoken |= {("names", name.kind) for name in entry.names} | {("notes", note.kind) for note in entry.notes}
            for part in ("broader", "related", "mappings"):
                if getattr(entry, part):
                    self.spoken.add((part, ""))

    def loses(self, part: str, kind: str = "") -> bool:
        """Whether what the file no longer says of this kind is to go."""
        return self.wanted.replaces and (part, kind) in self.spoken

    def tell(self, uri: str, words: str, target: str) -> None:
        if uri in self.plan.kept:
            self.plan.changes[uri].append(f"{words} “{self.label(target)}”")

    def label(self, uri: str) -> str:
        if uri in self.vocabulary.entries and self.vocabulary.entries[uri].names:
            return self.vocabulary.entries[uri].label
        if uri in self.own:
            return self.own[uri].label
        return Concept.objects.values_list("label", flat=True).filter(pk=self.plan.pks.get(uri)).first() or uri
