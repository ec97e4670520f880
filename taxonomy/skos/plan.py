"""What taking a Vocabulary in would do to the hub: worked out, and told, before anything is written.

Terms are matched by URI, in a sheet or text without URIs by preferred name within the scheme. A term of the file gains what
the file says of it; with `replaces` it also loses what the file no longer says, of the kinds of statement that the file uses
at all. No term is ever deleted, and one that the file does not name stays as it is.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.db.models import Count, Max

from taxonomy import queries
from taxonomy.hierarchy import ancestors, loop_through
from taxonomy.labels import RESERVED_SLUGS, name_key, slug_for
from taxonomy.models import ENGLISH, Collection, CollectionMember, Concept, ConceptScheme, Label, Mapping, Note, Relation
from taxonomy.models.concepts import LONGEST_LANGUAGE, LONGEST_NAME
from taxonomy.skos.addresses import own_public_id, root_of, uri_of
from taxonomy.skos.vocabulary import (
    ALTERNATIVE,
    BROADER,
    CANDIDATE,
    DEFINITION,
    DEPRECATED,
    PREFERRED,
    PUBLISHED,
    RELATED,
    Entry,
    Group,
    Text,
    Vocabulary,
    clean,
    one_line,
)

MOST_TERMS = 50_000
MOST_LOOPS = 10
MOST_LINES = 500  # of each list in a report
LONGEST_NOTATION = 120
Pair = tuple[str, str]


@dataclass(frozen=True)
class Wanted:
    """How a file is to be taken in. `title` names a scheme that is new."""

    slug: str
    title: str = ""
    replaces: bool = False
    as_candidates: bool = False


@dataclass
class Plan:
    """`is_new` scheme or not; every row to be written, by URI or by key. Keys are those of rows that are there."""

    scheme: ConceptScheme
    state: tuple[Any, ...]
    vocabulary: Vocabulary
    new: dict[str, Concept] = field(default_factory=dict)
    kept: dict[str, Concept] = field(default_factory=dict)  # of the file's terms
    others: int = 0
    changes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # by URI, in words
    group_lines: list[str] = field(default_factory=list)
    labels_in: list[tuple[str, Text]] = field(default_factory=list)
    labels_turned: dict[int, str] = field(default_factory=dict)  # key: new kind
    labels_out: list[int] = field(default_factory=list)
    notes_in: list[tuple[str, Text]] = field(default_factory=list)
    notes_out: list[int] = field(default_factory=list)
    relations_in: list[tuple[str, str, str, str]] = field(default_factory=list)  # source, target, kind, kind of broader
    relations_turned: dict[int, str] = field(default_factory=dict)  # key: kind of broader
    relations_out: list[int] = field(default_factory=list)
    mappings_in: list[tuple[str, str, str]] = field(default_factory=list)  # term, target, kind
    mappings_turned: dict[int, str] = field(default_factory=dict)
    mappings_out: list[int] = field(default_factory=list)
    replaced_in: list[Pair] = field(default_factory=list)
    groups_new: list[tuple[Collection, Group]] = field(default_factory=list)
    groups_kept: list[tuple[Collection, Group]] = field(default_factory=list)
    pks: dict[str, int] = field(default_factory=dict)  # of every term of the hub, by URI

    @property
    def refused(self) -> bool:
        return self.vocabulary.problems.stop_it

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.changes or self.group_lines) and self.scheme.pk is not None

    @property
    def unchanged(self) -> int:
        return len(self.kept) - len(self.changes)

    def digest(self) -> str:
        """The same for the same outcome, however often it is worked out."""
        told = [
            [self.vocabulary.entries[uri].as_json() for uri in sorted(self.new)],
            sorted((uri, lines) for uri, lines in self.changes.items()),
            self.group_lines,
        ]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    def report(self) -> dict[str, Any]:
        """For people, and short enough to keep."""
        entries = self.vocabulary.entries
        new = sorted(((concept.label, uri) for uri, concept in self.new.items()), key=lambda pair: pair[0].casefold())
        changed = sorted((self._label(uri), uri, lines) for uri, lines in self.changes.items())
        return {
            "counts": {"new": len(new), "changed": len(changed), "unchanged": self.unchanged, "others": self.others},
            "terms_in_file": len(entries),
            "new": [list(pair) for pair in new[:MOST_LINES]],
            "changed": [list(line) for line in changed[:MOST_LINES]],
            "groups": self.group_lines[:MOST_LINES],
            "problems": [
                {"text": problem.text, "stops": problem.stops, "places": problem.places, "count": problem.count}
                for problem in self.vocabulary.problems
            ],
            "not_carried": self.vocabulary.not_carried.most_common(100),
        }

    def _label(self, uri: str) -> str:
        return self.kept[uri].label if uri in self.kept else self.vocabulary.entries[uri].label


def state_of_terms() -> tuple[Any, ...]:
    """Changes with everything that a plan is made from. A few counts, cheap enough to ask under the lock."""
    rows: list[Any] = list(Concept.objects.aggregate(Count("pk"), Max("modified_at"), Max("pk")).values())
    for model in (Label, Note, Relation, Mapping, ConceptScheme, Collection, CollectionMember):
        rows += model._default_manager.aggregate(Count("pk"), Max("pk")).values()
    return tuple(rows)


def make_plan(vocabulary: Vocabulary, wanted: Wanted, now: dt.datetime) -> Plan:
    """Reads the hub and writes nothing. What is wrong is added to the vocabulary's problems."""
    return _Planning(vocabulary, wanted, now).plan


class _Planning:
    def __init__(self, vocabulary: Vocabulary, wanted: Wanted, now: dt.datetime) -> None:
        self.vocabulary, self.wanted, self.now = vocabulary, wanted, now
        self.problems = vocabulary.problems
        scheme = ConceptScheme.objects.filter(slug=wanted.slug).first()
        self.plan = Plan(scheme or self._new_scheme(), state_of_terms(), vocabulary)
        if len(vocabulary.entries) > MOST_TERMS:
            self.problems.stop(
                f"The file has {len(vocabulary.entries):,} terms. {MOST_TERMS:,} are the most; bring it in in parts."
            )
        if self.problems.stop_it:
            return
        self._know_the_hub()
        self._name_the_nameless()
        for entry in vocabulary.entries.values():
            self._settle(entry)
        self._match()
        self._tell_of_shared_names()
        self.spoken = _spoken(vocabulary)
        self.over: dict[str, set[str]] = {}
        self._compare_texts()
        self._compare_mappings()
        self._compare_links()
        self._compare_groups()

    # --- The scheme -----------------------------------------------------------------------------

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

    def _know_the_hub(self) -> None:
        """Every term of the hub by URI, and those of this scheme whole."""
        schemes = {scheme.pk: scheme for scheme in ConceptScheme.objects.all()}
        self.own: dict[str, Concept] = {}
        self.elsewhere: dict[str, ConceptScheme] = {}
        self.public_ids: set[str] = set()
        fields = ("pk", "scheme_id", "public_id", "source_uri")
        for pk, scheme_pk, public_id, source_uri in Concept.objects.values_list(*fields):
            uri = source_uri or f"{root_of(schemes[scheme_pk])}{public_id}"
            self.plan.pks[uri] = pk
            self.public_ids.add(public_id)
            if scheme_pk != self.plan.scheme.pk:
                self.elsewhere[uri] = schemes[scheme_pk]
        if self.plan.scheme.pk is not None:
            for concept in Concept.objects.filter(scheme=self.plan.scheme):
                self.own[uri_of(concept, self.plan.scheme)] = concept
        self.uris = {pk: uri for uri, pk in self.plan.pks.items()}
        self.taken = queries.taken_slugs()

    # --- The file's terms, one by one -----------------------------------------------------------

    def _name_the_nameless(self) -> None:
        """Terms of a sheet or text that gives no URIs: the scheme's own of that name, or new ones."""
        by_name = {
            name_key(concept.label): uri for uri, concept in sorted(self.own.items(), key=lambda item: item[1].status != DEPRECATED)
        }
        renamed = {}
        for key in [key for key in self.vocabulary.entries if key.startswith("name:")]:
            renamed[key] = by_name.get(key.removeprefix("name:")) or f"{root_of(self.plan.scheme)}{Concept().public_id}"
        entries = {}
        for key, entry in self.vocabulary.entries.items():
            entry.uri = renamed.get(key, key)
            entries[entry.uri] = entry

        def of(reference: str) -> str:
            known = renamed.get(reference, reference)
            return known if known in entries or known in self.plan.pks else by_name.get(name_key(reference), known)

        for entry in entries.values():
            entry.broader = {of(reference): kind for reference, kind in entry.broader.items()}
            entry.related = set(map(of, entry.related))
            entry.replaced_by = set(map(of, entry.replaced_by))
        self.vocabulary.entries.clear()
        self.vocabulary.entries.update(entries)

    def _settle(self, entry: Entry) -> None:
        """Names and notes as the hub keeps them: with a language, once, and one preferred name in each."""
        self._settle_languages(entry)
        preferred: dict[str, list[str]] = defaultdict(list)
        for name in sorted(entry.names):
            if name.kind == PREFERRED:
                preferred[name.language].append(name.text)
            if len(name.text) > LONGEST_NAME:
                self.problems.stop(f"A name is longer than {LONGEST_NAME} characters: “{name.text[:60]}…”.", entry.place)
            if len(name.language) > LONGEST_LANGUAGE:
                self.problems.stop(f"“{name.language}” is no language we can keep.", entry.place)
        for language, texts in preferred.items():
            if len(texts) > 1:
                told = "” and “".join(texts)
                self.problems.stop(f"A term has {len(texts)} preferred names in one language ({language}): “{told}”.", entry.place)
        self._settle_doubles(entry)
        if len(entry.notation) > LONGEST_NOTATION:
            self.problems.warn(f"A code longer than {LONGEST_NOTATION} characters is left out.", entry.place)
            entry.notation = ""
        self._settle_definition(entry)

    def _settle_languages(self, entry: Entry) -> None:
        if any(not text.language for text in chain(entry.names, entry.notes)):
            self.problems.warn("A name or note says no language, and is taken for English.", entry.place)
            has_english = bool(entry.preferred())
            entry.names = {
                text._replace(language=text.language or ENGLISH, kind=ALTERNATIVE if _is_spare(text, has_english) else text.kind)
                for text in entry.names
            }
            entry.notes = {text._replace(language=text.language or ENGLISH) for text in entry.notes}
        if entry.names and not entry.preferred():
            dialects = sorted(name for name in entry.names if name.kind == PREFERRED and name.language.startswith("en-"))
            for name in dialects[:1]:
                self.problems.warn(f"A preferred name in {name.language} is taken for the English one.", entry.place)
                entry.names = (entry.names - {name}) | {name._replace(language=ENGLISH)}

    def _settle_doubles(self, entry: Entry) -> None:
        """A name stands once in a language: preferred goes before other, other before hidden."""
        best: dict[Pair, Text] = {}
        order = [kind.value for kind in Label.Kind]
        for name in sorted(entry.names, key=lambda name: order.index(name.kind)):
            key = (name.language, name.text)
            if key in best:
                self.problems.warn("A name is both a preferred and another name of one term; it is kept once.", entry.place)
            best.setdefault(key, name)
        entry.names = set(best.values())

    def _settle_definition(self, entry: Entry) -> None:
        meanings = sorted(note for note in entry.notes if note.kind == DEFINITION and note.language == ENGLISH)
        if len(meanings) > 1:
            self.problems.warn("A term has several English definitions; they are put one below the other.", entry.place)
            entry.notes -= set(meanings)
            entry.notes.add(Text(DEFINITION, ENGLISH, "\n\n".join(note.text for note in meanings)))

    # --- Which term is which --------------------------------------------------------------------

    def _match(self) -> None:
        notations = Counter(entry.notation for entry in self.vocabulary.entries.values() if entry.notation)
        held = {concept.notation: uri for uri, concept in self.own.items() if concept.notation}
        for uri, entry in list(self.vocabulary.entries.items()):
            if uri in self.elsewhere:
                self.problems.warn(
                    f"A term is here already, in the scheme “{self.elsewhere[uri].title}”; it is left out.", entry.place
                )
                del self.vocabulary.entries[uri]
                continue
            if entry.notation and (notations[entry.notation] > 1 or held.get(entry.notation, uri) != uri):
                self.problems.warn(f"The code “{entry.notation}” is another term's as well, and is left out.", entry.place)
                entry.notation = ""
            if uri in self.own:
                self.plan.kept[uri] = self.own[uri]
            elif not any(name.kind == PREFERRED for name in entry.names):
                self.problems.warn("A term without a preferred name is left out.", entry.place)
                del self.vocabulary.entries[uri]
            else:
                self.plan.new[uri] = self._new_concept(entry)
        self.plan.others = len(self.own.keys() - self.vocabulary.entries.keys())

    def _new_concept(self, entry: Entry) -> Concept:
        label = entry.label
        if not entry.preferred():
            self.problems.warn(
                "A term has no English name. It goes by the one it has, and shows in the A to Z when it is given one.", entry.place
            )
        slug = entry.slug if entry.slug and entry.slug not in self.taken and entry.slug not in RESERVED_SLUGS else ""
        slug = slug or slug_for(label, self.taken)
        self.taken.add(slug)
        status = entry.status or PUBLISHED
        concept = Concept(
            slug=slug,
            label=label,
            definition=_english_definition(entry),
            notation=entry.notation,
            status=CANDIDATE if self.wanted.as_candidates and status == PUBLISHED else status,
            created_at=entry.created or self.now,
            modified_at=entry.modified or entry.created or self.now,
        )
        public_id = own_public_id(entry.uri, self.plan.scheme)
        if public_id and public_id not in self.public_ids:
            concept.public_id = public_id
        else:
            concept.source_uri = entry.uri
        return concept

    def _tell_of_shared_names(self) -> None:
        """There is one A-Z: a name of two terms leads to either. Told, not refused: published vocabularies have such names."""
        owners: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.vocabulary.entries.values():
            if entry.status != DEPRECATED:
                for name in entry.names:
                    if name.kind == PREFERRED and name.language == ENGLISH:
                        owners[name_key(name.text)].append(entry)
        for sharing in owners.values():
            for entry in sharing if len(sharing) > 1 else []:
                self.problems.warn(f"{len(sharing)} terms have the preferred name “{entry.label}”.", entry.place)
        self._tell_of_names_in_the_hub(owners)

    def _tell_of_names_in_the_hub(self, owners: dict[str, list[Entry]]) -> None:
        rows = Label.objects.filter(language=ENGLISH).exclude(concept__status=DEPRECATED).values_list("text", "concept_id")
        in_hub: dict[str, int] = {name_key(text): pk for text, pk in rows}
        kept = {concept.pk for concept in self.plan.kept.values()}
        for key, sharing in owners.items():
            if key in in_hub and in_hub[key] not in kept:
                self.problems.warn(f"“{sharing[0].label}” is a name of another term of the hub as well.", sharing[0].place)

    # --- Names and notes ------------------------------------------------------------------------

    def _compare_texts(self) -> None:
        for uri in self.plan.new:
            entry = self.vocabulary.entries[uri]
            self.plan.labels_in += [(uri, name) for name in sorted(entry.names)]
            self.plan.notes_in += [(uri, note) for note in _kept_as_rows(entry)]
        pks = {concept.pk: uri for uri, concept in self.plan.kept.items()}
        labels: dict[str, dict[Pair, tuple[int, str]]] = defaultdict(dict)
        notes: dict[str, dict[Text, int]] = defaultdict(dict)
        if pks:
            own = Concept.objects.filter(scheme=self.plan.scheme).order_by().values("pk")
            fields = ("pk", "concept_id", "kind", "language", "text")
            for pk, concept, kind, language, text in Label.objects.filter(concept__in=own).values_list(*fields):
                if concept in pks:
                    labels[pks[concept]][language, one_line(text)] = (pk, kind)
            for pk, concept, kind, language, text in Note.objects.filter(concept__in=own).values_list(*fields):
                if concept in pks:
                    notes[pks[concept]][Text(kind, language, clean(text))] = pk
        for uri, concept in self.plan.kept.items():
            self._compare_fields(uri, concept)
            self._compare_names(uri, labels[uri])
            self._compare_notes(uri, notes[uri])

    def _compare_fields(self, uri: str, concept: Concept) -> None:
        entry, lines = self.vocabulary.entries[uri], []
        definition = _english_definition(entry)
        if definition and definition != clean(concept.definition):
            lines.append("new meaning")
            concept.definition = definition
        if entry.notation and entry.notation != one_line(concept.notation):
            lines.append(f"code: {entry.notation}")
            concept.notation = entry.notation
        if entry.status and entry.status != concept.status:
            lines.append(f"now {entry.status}")
            concept.status = entry.status
        if lines:
            self.plan.changes[uri] += lines

    def _compare_names(self, uri: str, have: dict[Pair, tuple[int, str]]) -> None:
        entry = self.vocabulary.entries[uri]
        want = {(name.language, name.text): name.kind for name in entry.names}
        named = {name.language for name in entry.names if name.kind == PREFERRED}
        silent = {language for language, _ in have} - named  # the file names nothing else there: what is preferred stays
        come = [Text(kind, *key) for key, kind in sorted(want.items()) if key not in have]
        turned = [
            (key, kind)
            for key, kind in sorted(want.items())
            if key in have and have[key][1] != kind and not (have[key][1] == PREFERRED and key[0] in silent)
        ]
        rest = [(key, kind) for key, (_, kind) in sorted(have.items()) if key not in want]
        rest = [(key, kind) for key, kind in rest if not (kind == PREFERRED and key[0] in silent)]
        gone = [key for key, kind in rest if self.wanted.replaces and ("names", kind) in self.spoken]
        turned += [(key, ALTERNATIVE) for key, kind in rest if kind == PREFERRED and key not in gone]
        self.plan.labels_in += [(uri, name) for name in come]
        self.plan.labels_turned |= {have[key][0]: kind for key, kind in turned}
        self.plan.labels_out += [have[key][0] for key in gone]
        self._tell_names(uri, come, turned, gone)

    def _tell_names(self, uri: str, come: list[Text], turned: list[tuple[Pair, str]], gone: list[Pair]) -> None:
        lines = []
        if come:
            lines.append(f"new names: {', '.join(_told(name.language, name.text) for name in come)}")
        lines += [f"“{_told(*key)}” becomes {_KIND_WORDS[kind]}" for key, kind in turned]
        if gone:
            lines.append(f"names gone: {', '.join(_told(*key) for key in gone)}")
        if lines:
            self.plan.changes[uri] += lines

    def _compare_notes(self, uri: str, have: dict[Text, int]) -> None:
        want = set(_kept_as_rows(self.vocabulary.entries[uri]))
        come = sorted(want - have.keys())
        gone = [note for note in sorted(have.keys() - want) if self.wanted.replaces and ("notes", note.kind) in self.spoken]
        self.plan.notes_in += [(uri, note) for note in come]
        self.plan.notes_out += [have[note] for note in gone]
        for word, notes in (("new", come), ("gone", gone)):
            if notes:
                self.plan.changes[uri].append(f"{word} notes: {', '.join(f'{note.kind} ({note.language})' for note in notes)}")

    # --- Mappings and successors ----------------------------------------------------------------

    def _compare_mappings(self) -> None:
        kept = {concept.pk: uri for uri, concept in self.plan.kept.items()}
        have: dict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
        if kept:
            rows = Mapping.objects.filter(concept__scheme=self.plan.scheme).values_list("pk", "concept_id", "target_uri", "kind")
            for pk, concept, target, kind in rows:
                if concept in kept:
                    have[kept[concept]][target] = (pk, kind)
        for uri, entry in self.vocabulary.entries.items():
            come = {target: kind for target, kind in entry.mappings.items() if target not in have[uri]}
            turned = {
                target: kind for target, kind in entry.mappings.items() if target in have[uri] and have[uri][target][1] != kind
            }
            gone = have[uri].keys() - entry.mappings.keys() if self.wanted.replaces and ("mappings", "") in self.spoken else set()
            self.plan.mappings_in += [(uri, target, kind) for target, kind in sorted(come.items())]
            self.plan.mappings_turned |= {have[uri][target][0]: kind for target, kind in turned.items()}
            self.plan.mappings_out += [have[uri][target][0] for target in gone]
            if uri in self.plan.kept:
                for word, targets in (("new matches", come), ("matches changed", turned), ("matches gone", gone)):
                    if targets:
                        self.plan.changes[uri].append(f"{word}: {', '.join(sorted(targets))}")

    # --- Relations ------------------------------------------------------------------------------

    def _compare_links(self) -> None:
        self._keep_known_links()
        through = Concept.replaced_by.through.objects.values_list("from_concept_id", "to_concept_id")
        replaced = {(self.uris[source], self.uris[target]) for source, target in through}
        rows = list(Relation.objects.values_list("pk", "source_id", "target_id", "kind", "broader_kind"))
        broader: dict[Pair, tuple[int, str]] = {}
        related: dict[frozenset[str], int] = {}
        for pk, low, high, kind, broader_kind in rows:
            ends = (self.uris[low], self.uris[high])
            if kind == BROADER:
                broader[ends] = (pk, broader_kind)
            else:
                related[frozenset(ends)] = pk
        want = {(uri, target): kind for uri, entry in self.vocabulary.entries.items() for target, kind in entry.broader.items()}
        out = self._broader_gone(broader, want)
        above = self._above(broader.keys() - out, want)
        self._refuse_circles(above, want.keys() - broader.keys())
        if self.problems.stop_it:
            return
        self._plan_broader(broader, want, out)
        self._plan_related(related, above)
        for uri, entry in self.vocabulary.entries.items():
            for target in sorted(entry.replaced_by):
                if (uri, target) not in replaced:
                    self.plan.replaced_in.append((uri, target))
                    self._tell(uri, "replaced by", target)

    def _keep_known_links(self) -> None:
        known = self.plan.pks.keys() | self.plan.new.keys()
        for uri, entry in self.vocabulary.entries.items():
            for links in (entry.broader, entry.related, entry.replaced_by):
                for target in [target for target in links if target == uri or target not in known]:
                    if target == uri:
                        self.problems.warn(
                            "A term is broader than, related to or replaced by itself; that is left out.", entry.place
                        )
                    else:
                        self.problems.warn(
                            f"There is no term “{target}”, in the file or in the hub; the link is left out.", entry.place
                        )
                    if isinstance(links, dict):
                        del links[target]
                    else:
                        links.discard(target)

    def _broader_gone(self, broader: dict[Pair, tuple[int, str]], want: dict[Pair, str]) -> set[Pair]:
        """Only between two terms of the file: it cannot speak about others."""
        if not (self.wanted.replaces and ("broader", "") in self.spoken):
            return set()
        entries = self.vocabulary.entries
        return {pair for pair in broader if pair not in want and pair[0] in entries and pair[1] in entries}

    def _above(self, kept: Iterable[Pair], want: Iterable[Pair]) -> dict[str, set[str]]:
        above: dict[str, set[str]] = defaultdict(set)
        for source, target in chain(kept, want):
            above[source].add(target)
        return above

    def _refuse_circles(self, above: dict[str, set[str]], fresh: Iterable[Pair]) -> None:
        in_circles = _left_over(above)
        told: set[str] = set()
        found = 0
        for source in sorted({source for source, _ in fresh} & in_circles):
            loop = [] if source in told or found >= MOST_LOOPS else loop_through(source, above)
            if loop:
                told.update(loop)
                found += 1
                path = " → ".join(self._label(uri) for uri in loop)
                place = self.vocabulary.entries[source].place or source
                self.problems.stop(f"Broader terms go round in a circle: {path}.", place)

    def _plan_broader(self, broader: dict[Pair, tuple[int, str]], want: dict[Pair, str], out: set[Pair]) -> None:
        for (source, target), kind in sorted(want.items()):
            if (source, target) not in broader:
                self.plan.relations_in.append((source, target, BROADER, kind))
                self._tell(source, "goes under", target)
            elif kind and broader[source, target][1] != kind:
                self.plan.relations_turned[broader[source, target][0]] = kind
                self._tell(source, f"now a {kind} kind of", target)
        for source, target in sorted(out):
            self.plan.relations_out.append(broader[source, target][0])
            self._tell(source, "no longer under", target)

    def _plan_related(self, related: dict[frozenset[str], int], above: dict[str, set[str]]) -> None:
        entries = self.vocabulary.entries
        want = {frozenset((uri, target)) for uri, entry in entries.items() for target in entry.related}
        if self.wanted.replaces and ("related", "") in self.spoken:
            for pair in sorted((pair for pair in related if pair not in want and pair <= entries.keys()), key=sorted):
                one, other = sorted(pair)
                self.plan.relations_out.append(related.pop(pair))
                self._tell(one, "no longer related to", other)
        for pair in related:
            one, other = sorted(pair)
            if self._is_over(one, other, above):
                self.problems.stop(
                    f"“{self._label(one)}” and “{self._label(other)}” are related in the hub; the file puts one above the other.",
                    one,
                )
        for pair in sorted(want - related.keys(), key=sorted):
            one, other = sorted(pair)
            if self._is_over(one, other, above):
                place = next(uri for uri in (one, other) if uri in entries)
                self.problems.warn("A term is related to one above or below it, which SKOS rules out; that is left out.", place)
                continue
            self.plan.relations_in.append((one, other, RELATED, ""))
            self._tell(one, "related to", other)
            self._tell(other, "related to", one)

    def _is_over(self, one: str, other: str, above: dict[str, set[str]]) -> bool:
        """Either of them, however far."""
        for uri in (one, other):
            if uri not in self.over:
                self.over[uri] = ancestors(uri, above)
        return other in self.over[one] or one in self.over[other]

    def _tell(self, uri: str, words: str, target: str) -> None:
        if uri in self.plan.kept:
            self.plan.changes[uri].append(f"{words} “{self._label(target)}”")

    def _label(self, uri: str) -> str:
        if uri in self.vocabulary.entries and self.vocabulary.entries[uri].names:
            return self.vocabulary.entries[uri].label
        if uri in self.own:
            return self.own[uri].label
        return Concept.objects.values_list("label", flat=True).filter(pk=self.plan.pks.get(uri)).first() or uri

    # --- Collections ----------------------------------------------------------------------------

    def _compare_groups(self) -> None:
        have: dict[str, Collection] = {}
        if self.plan.scheme.pk is not None:
            for collection in Collection.objects.filter(scheme=self.plan.scheme).prefetch_related("members"):
                have[uri_of(collection, self.plan.scheme)] = collection
        taken = set(Collection.objects.values_list("slug", flat=True))
        elsewhere = set(Collection.objects.exclude(source_uri="").values_list("source_uri", flat=True)) - have.keys()
        for group in self.vocabulary.groups:
            group.members = [uri for uri in group.members if uri in self.vocabulary.entries]
            if group.uri in elsewhere:
                self.problems.warn("A collection is here already, in another scheme; it is left out.", group.uri)
            elif group.uri in have:
                self._compare_group(group, have[group.uri])
            else:
                self._new_group(group, taken)

    def _new_group(self, group: Group, taken: set[str]) -> None:
        title = (group.title or group.uri)[:120]
        slug = slug_for(title[:60], taken)
        taken.add(slug)
        collection = Collection(slug=slug, title=title, description=group.description, is_ordered=group.is_ordered)
        if public_id := own_public_id(group.uri, self.plan.scheme):
            collection.public_id = public_id
        else:
            collection.source_uri = group.uri
        self.plan.groups_new.append((collection, group))
        self.plan.group_lines.append(f"New collection “{title}” of {len(group.members)} terms")

    def _compare_group(self, group: Group, collection: Collection) -> None:
        members = [self.uris[member.concept_id] for member in collection.members.all()]
        missing = [uri for uri in group.members if uri not in members]
        title = group.title[:120] or collection.title
        if title == one_line(collection.title) and not missing and (not group.is_ordered or _same_order(group.members, members)):
            return
        self.plan.groups_kept.append((collection, group))
        self.plan.group_lines.append(
            f"Collection “{title}”: {len(missing)} more terms" if missing else f"Collection “{title}” changed"
        )


# --- Small things -------------------------------------------------------------------------------

_KIND_WORDS = {PREFERRED: "the preferred name", ALTERNATIVE: "another name", Label.Kind.HIDDEN.value: "a name for search only"}


def _is_spare(text: Text, has_english: bool) -> bool:
    """A preferred name in no language beside one in English."""
    return text.kind == PREFERRED and not text.language and has_english


def _english_definition(entry: Entry) -> str:
    return next((note.text for note in entry.notes if note.kind == DEFINITION and note.language == ENGLISH), "")


def _kept_as_rows(entry: Entry) -> list[Text]:
    """All notes but the English definition, which is the term's own."""
    return sorted(note for note in entry.notes if not (note.kind == DEFINITION and note.language == ENGLISH))


def _told(language: str, text: str) -> str:
    return text if language == ENGLISH else f"{text} ({language})"


def _spoken(vocabulary: Vocabulary) -> set[Pair]:
    """Of which kinds of statement the file has any."""
    found: set[Pair] = set()
    for entry in vocabulary.entries.values():
        found |= {("names", name.kind) for name in entry.names} | {("notes", note.kind) for note in entry.notes}
        for part in ("broader", "related", "mappings"):
            if getattr(entry, part):
                found.add((part, ""))
    return found


def _same_order(wanted: list[str], have: list[str]) -> bool:
    among = set(wanted)
    return [uri for uri in have if uri in among] == wanted


def _left_over(above: dict[str, set[str]]) -> set[str]:
    """What is in a circle or below one: all that is left when top terms are taken away again and again."""
    waits = {node: len(over) for node, over in above.items() if over}
    below: dict[str, list[str]] = defaultdict(list)
    for node, over in above.items():
        for high in over:
            below[high].append(node)
    ahead = [node for node in below if node not in waits]
    while ahead:
        for node in below.get(ahead.pop(), ()):
            waits[node] -= 1
            if not waits[node]:
                ahead.append(node)
    return {node for node, left in waits.items() if left}


def in_hierarchy_order(links: Iterable[tuple[str, str, str, str]]) -> Iterator[tuple[str, str, str, str]]:
    """Top terms' links first, so that each new link is checked against the short way up, and nothing below it yet."""
    rows = list(links)
    above: dict[str, list[str]] = defaultdict(list)
    for source, target, kind, _ in rows:
        if kind == BROADER:
            above[source].append(target)
    depth: dict[str, int] = {}
    for start in above:
        _measure(start, above, depth)
    return iter(sorted(rows, key=lambda row: (row[2] != BROADER, depth.get(row[0], 0))))


def _measure(start: str, above: dict[str, list[str]], depth: dict[str, int]) -> None:
    ahead = [start]
    while ahead:
        node = ahead[-1]
        unknown = [high for high in above.get(node, ()) if high not in depth]
        if unknown:
            ahead.extend(unknown)
        else:
            depth[node] = 1 + max((depth[high] for high in above.get(node, ())), default=-1)
            ahead.pop()
