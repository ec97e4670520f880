"""A graph as a Vocabulary: whatever a published SKOS file says, or why it cannot be taken in."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DC, DCTERMS, FOAF, OWL, RDF, RDFS, SKOS
from rdflib.term import Node

from taxonomy.skos.addresses import slug_in
from taxonomy.skos.own_terms import said_in
from taxonomy.skos.parsing import NO_BASE, Unreadable
from taxonomy.skos.terms import (
    ADMS,
    BROADER_READ,
    DERIVED,
    HAS_TOP_CONCEPT,
    IN_SCHEME,
    MAPPINGS_READ,
    NAMES_READ,
    NOTES_READ,
    SKOSXL,
    TOP_CONCEPT_OF,
    UNDER_DEVELOPMENT,
    XL_NAMES,
)
from taxonomy.skos.vocabulary import (
    CANDIDATE,
    DEFINITION,
    DEPRECATED,
    MAPPING_KINDS,
    PREFERRED,
    Entry,
    Group,
    SchemeFacts,
    Text,
    Vocabulary,
    canonical_language,
    clean,
    one_line,
)
from taxonomy.uris import is_uri

MOST_TRIPLES = 1_000_000
# What stands in for a preferred name and for a definition, the likeliest first.
SPARE_NAMES = (RDFS.label, DCTERMS.title, DC.title)
SPARE_MEANINGS = (DCTERMS.description, DC.description, RDFS.comment)


def vocabulary_in(graph: Graph) -> Vocabulary:
    if len(graph) > MOST_TRIPLES:
        raise Unreadable(f"The file makes {len(graph):,} statements. {MOST_TRIPLES:,} are the most; bring it in in parts.")
    return _Reading(graph).vocabulary


class _Reading:
    """One graph, subject by subject."""

    def __init__(self, graph: Graph) -> None:
        self.said = said_in(graph)
        self.vocabulary = Vocabulary()
        self.problems = self.vocabulary.problems
        self.types = {
            subject: {value for predicate, value in statements if predicate == RDF.type}
            for subject, statements in self.said.items()
        }
        self.schemes = self._find_schemes()
        self.groups = self._find_groups()
        self._read_schemes()
        for subject in sorted(self._find_terms(), key=str):
            self._read_term(subject)
        self._read_hierarchy()
        self._read_groups()
        if not self.vocabulary.entries and not self.problems.stop_it:
            self.problems.stop("There is no term in this file: nothing is a skos:Concept, and nothing has a skos:prefLabel.")

    def _values(self, subject: Node, *predicates: Node) -> Iterable[Node]:
        return (value for predicate, value in self.said.get(subject, ()) if predicate in predicates)

    def _find_schemes(self) -> set[Node]:
        named = {
            value
            for statements in self.said.values()
            for predicate, value in statements
            if predicate in (IN_SCHEME, TOP_CONCEPT_OF)
        }
        typed = {subject for subject, types in self.types.items() if SKOS.ConceptScheme in types}
        return typed | {node for node in named if SKOS.Concept not in self.types.get(node, ())}

    def _find_groups(self) -> set[Node]:
        return {
            subject
            for subject, statements in self.said.items()
            if SKOS.Concept not in self.types[subject]
            and (
                {SKOS.Collection, SKOS.OrderedCollection} & self.types[subject]
                or any(predicate in (SKOS.member, SKOS.memberList) for predicate, _ in statements)
            )
        }

    def _find_terms(self) -> set[URIRef]:
        found = set()
        for subject, statements in self.said.items():
            named = any(predicate in (SKOS.prefLabel, SKOSXL.prefLabel) for predicate, _ in statements)
            if SKOS.Concept not in self.types[subject] and (not named or subject in self.schemes or subject in self.groups):
                continue
            if isinstance(subject, URIRef):
                if self._usable(str(subject), "A term"):
                    found.add(subject)
            else:
                self.problems.warn("A term without an address is left out.", self._text_of(subject))
        return found

    def _usable(self, uri: str, what: str) -> bool:
        """An address that can be kept and written again."""
        if uri.startswith(NO_BASE):
            self.problems.stop(
                f"{what} has a relative address, and the file names no base. Add @base (or xml:base) to the file, or say which"
                " base it has.",
                uri.removeprefix(NO_BASE),
            )
            return False
        if not is_uri(uri):
            self.problems.stop(f"{what} has an address that is no URI, or is longer than 500 characters.", uri[:120])
            return False
        return True

    def _text_of(self, subject: Node) -> str:
        return next((str(value) for value in self._values(subject, SKOS.prefLabel)), "")

    # --- Schemes --------------------------------------------------------------------------------

    def _read_schemes(self) -> None:
        named = sorted((str(node) for node in self.schemes if isinstance(node, URIRef)), key=lambda uri: (-self._uses(uri), uri))
        if not named:
            return
        if len(named) > 1:
            self.problems.warn(f"The file speaks of {len(named)} schemes; all their terms go into one.")
            for uri in named:
                self.problems.warn("A scheme of the file.", uri)
        uri = URIRef(named[0])
        if str(uri).startswith(NO_BASE):
            return
        titles = self._best(uri, SKOS.prefLabel, DCTERMS.title, DC.title, RDFS.label)
        self.vocabulary.scheme = SchemeFacts(
            str(uri),
            one_line(titles),
            clean(self._best(uri, DCTERMS.description, DC.description, SKOS.definition, RDFS.comment)),
            next((str(value) for value in self._values(uri, DCTERMS.license)), "")[:200],
            one_line(self._best(uri, DCTERMS.publisher, DC.publisher))
            if self._has_text(uri, DCTERMS.publisher, DC.publisher)
            else "",
        )

    def _uses(self, uri: str) -> int:
        if not hasattr(self, "_uses_of"):
            self._uses_of: dict[str, int] = defaultdict(int)
            for statements in self.said.values():
                for predicate, value in statements:
                    if predicate == IN_SCHEME:
                        self._uses_of[str(value)] += 1
        return self._uses_of[uri]

    def _has_text(self, subject: Node, *predicates: Node) -> bool:
        return any(isinstance(value, Literal) for value in self._values(subject, *predicates))

    def _best(self, subject: Node, *predicates: Node) -> str:
        """The English one of the first of these properties that the file uses."""
        for predicate in predicates:
            texts = [value for value in self._values(subject, predicate) if isinstance(value, Literal)]
            if texts:
                return str(min(texts, key=lambda text: (text.language or "en") != "en" and not str(text.language).startswith("en")))
        return ""

    # --- Terms ----------------------------------------------------------------------------------

    def _read_term(self, subject: URIRef) -> None:
        entry = Entry(str(subject), place=str(subject))
        self.vocabulary.entries[entry.uri] = entry
        notations: set[str] = set()
        mapped: dict[str, set[str]] = defaultdict(set)
        spare: dict[Node, list[Literal]] = defaultdict(list)
        for predicate, value in self.said[subject]:
            if predicate in SPARE_NAMES or predicate in SPARE_MEANINGS:
                spare[predicate] += [value] if isinstance(value, Literal) else []
            elif predicate in NAMES_READ or predicate in XL_NAMES:
                self._read_name(entry, predicate, value)
            elif predicate in NOTES_READ:
                self._read_note(entry, predicate, value)
            elif predicate == SKOS.notation:
                notations.add(one_line(str(value)))
            elif predicate in MAPPINGS_READ:
                mapped[str(value)].add(MAPPINGS_READ[predicate])
            elif not self._read_fact(entry, predicate, value) and predicate not in BROADER_READ and predicate not in DERIVED:
                self.vocabulary.not_carried[str(predicate)] += 1
        self._take_notation(entry, notations - {""})
        self._take_mappings(entry, mapped)
        self._take_spares(entry, spare)

    def _read_name(self, entry: Entry, predicate: URIRef, value: Node) -> None:
        kind = NAMES_READ.get(predicate) or XL_NAMES[predicate]
        literals = [value] if isinstance(value, Literal) else list(self._values(value, SKOSXL.literalForm))
        texts = [literal for literal in literals if isinstance(literal, Literal)]
        if not texts:
            self.problems.warn("A name is no text, and is left out.", entry.place)
        for text in texts:
            if name := one_line(str(text)):
                entry.names.add(Text(kind, canonical_language(text.language or ""), name))
            else:
                self.problems.warn("A name is empty, and is left out.", entry.place)

    def _read_note(self, entry: Entry, predicate: URIRef, value: Node) -> None:
        literals = [value] if isinstance(value, Literal) else [*self._values(value, RDF.value, SKOSXL.literalForm, RDFS.label)]
        texts = [literal for literal in literals if isinstance(literal, Literal)]
        if not texts:
            self.vocabulary.not_carried[str(predicate)] += 1
        for text in texts:
            if clean(str(text)).strip():
                entry.notes.add(Text(NOTES_READ[predicate], canonical_language(text.language or ""), clean(str(text))))

    def _read_fact(self, entry: Entry, predicate: URIRef, value: Node) -> bool:
        """False for what says nothing that a term keeps."""
        if predicate == SKOS.related:
            entry.related.add(str(value))
        elif predicate == DCTERMS.isReplacedBy and isinstance(value, URIRef):
            entry.replaced_by.add(str(value))
        elif predicate == OWL.deprecated:
            entry.status = DEPRECATED if str(value).lower() in ("true", "1") else entry.status
        elif predicate == ADMS.status and value == UNDER_DEVELOPMENT:
            entry.status = CANDIDATE
        elif predicate == FOAF.page and slug_in(str(value)):
            entry.slug = slug_in(str(value))
        else:
            return self._read_date(entry, predicate, value)
        return True

    def _read_date(self, entry: Entry, predicate: URIRef, value: Node) -> bool:
        if predicate not in (DCTERMS.created, DCTERMS.modified, DCTERMS.issued):
            return False
        when = read_date(str(value))
        if when is None:
            self.problems.warn("This is no date that can be read; today's is kept.", f"{entry.place}: “{str(value)[:40]}”")
        elif predicate == DCTERMS.modified:
            entry.modified = max(when, entry.modified or when)
        elif predicate == DCTERMS.created or entry.created is None:
            entry.created = min(when, entry.created or when)
        return True

    def _take_notation(self, entry: Entry, notations: set[str]) -> None:
        if len(notations) > 1:
            self.problems.warn("A term has several codes; the first is kept.", entry.place)
            self.vocabulary.not_carried[str(SKOS.notation)] += len(notations) - 1
        entry.notation = min(notations, default="")

    def _take_mappings(self, entry: Entry, mapped: dict[str, set[str]]) -> None:
        for target, kinds in mapped.items():
            if not is_uri(target) or target.startswith(NO_BASE):
                self.problems.warn("A match leads to no address that can be kept, and is left out.", entry.place)
                continue
            if len(kinds) > 1:
                self.problems.warn("A term is matched to one address in several ways; the closest is kept.", entry.place)
            entry.mappings[target] = min(kinds, key=MAPPING_KINDS.index)

    def _take_spares(self, entry: Entry, spare: dict[Node, list[Literal]]) -> None:
        """A term without a preferred name goes by its label, one without a definition by its description: where a file says so
        little, it means that."""
        if not any(name.kind == PREFERRED for name in entry.names):
            by_language = {
                canonical_language(text.language or ""): name
                for text in sorted(_first_of(spare, SPARE_NAMES), key=str, reverse=True)
                if (name := one_line(str(text)))
            }
            entry.names |= {Text(PREFERRED, language, name) for language, name in by_language.items()}
            if by_language:
                self.problems.warn("A term has a label and no preferred name; the label is taken for it.", entry.place)
        meanings = [] if any(note.kind == DEFINITION for note in entry.notes) else _first_of(spare, SPARE_MEANINGS)
        if meanings:
            self.problems.warn("A term has a description and no definition; the description is taken for it.", entry.place)
        entry.notes |= {
            Text(DEFINITION, canonical_language(text.language or ""), clean(str(text))) for text in meanings if str(text).strip()
        }
        for predicate in SPARE_MEANINGS:
            if unused := [text for text in spare[predicate] if text not in meanings]:
                self.vocabulary.not_carried[str(predicate)] += len(unused)

    # --- Between terms --------------------------------------------------------------------------

    def _read_hierarchy(self) -> None:
        """From either end. What a named kind of broader says, plain broader does not take back."""
        entries = self.vocabulary.entries
        links = self._links()
        unknown = []
        for low, high, kind in links:
            if low in entries:
                entries[low].broader[high] = kind or entries[low].broader.get(high, "")
            elif high in entries:
                unknown.append(f"{high}: {low}")
        for place in sorted(unknown):
            self.problems.warn("A narrower term is not in this file, so its link is left out. Add that term to the file.", place)
        if not links:
            self._tell_of_ancestors()
        self._tell_of_top_terms()

    def _links(self) -> list[tuple[str, str, str]]:
        """(the narrower, the broader, in what way) of each statement that puts one under another."""
        found = []
        for subject, statements in self.said.items():
            for predicate, value in statements:
                if predicate in BROADER_READ:
                    kind, turned = BROADER_READ[predicate]
                    low, high = (str(value), str(subject)) if turned else (str(subject), str(value))
                    found.append((low, high, kind))
        return found

    def _tell_of_top_terms(self) -> None:
        for scheme in sorted(self.schemes, key=str):
            for term in sorted(map(str, self._values(scheme, HAS_TOP_CONCEPT))):
                if term not in self.vocabulary.entries:
                    self.problems.warn("A top term of the scheme is not in this file.", f"{scheme}: {term}")

    def _tell_of_ancestors(self) -> None:
        """Where a file says no more of the hierarchy, its loss is told."""
        for uri in self.vocabulary.entries:
            for predicate, value in self.said[URIRef(uri)]:
                if predicate in (SKOS.broaderTransitive, SKOS.narrowerTransitive):
                    self.vocabulary.not_carried[str(predicate)] += 1
                    self.problems.warn(
                        "The file says which terms stand somewhere above others, and nowhere which stand next above"
                        " (skos:broader). No hierarchy is taken from it.",
                        f"{uri}: {value}",
                    )

    def _read_groups(self) -> None:
        for subject in sorted(self.groups, key=str):
            if isinstance(subject, BNode):
                self.problems.warn("A collection without an address is left out.", self._text_of(subject))
                continue
            if not self._usable(str(subject), "A collection"):
                continue
            listed = [node for head in self._values(subject, SKOS.memberList) for node in self._list(head)]
            members = listed or sorted(self._values(subject, SKOS.member), key=str)
            kept = [str(node) for node in members if str(node) in self.vocabulary.entries]
            for node in members:
                if str(node) not in self.vocabulary.entries:
                    self.problems.warn("Members of a collection that are no terms of this file are left out.", f"{subject}: {node}")
            self.vocabulary.groups.append(
                Group(
                    str(subject),
                    one_line(self._best(subject, SKOS.prefLabel, SKOSXL.prefLabel, DCTERMS.title, RDFS.label)),
                    clean(self._best(subject, DCTERMS.description, SKOS.definition, SKOS.scopeNote)),
                    SKOS.OrderedCollection in self.types[subject] or bool(listed),
                    list(dict.fromkeys(kept)),
                )
            )

    def _list(self, head: Node) -> list[Node]:
        found: list[Node] = []
        seen: set[Node] = set()
        while head != RDF.nil and head not in seen:
            seen.add(head)
            found += list(self._values(head, RDF.first))[:1]
            head = next(iter(self._values(head, RDF.rest)), RDF.nil)
        return found


def _first_of(spare: dict[Node, list[Literal]], predicates: Iterable[Node]) -> list[Literal]:
    return next((spare[predicate] for predicate in predicates if spare[predicate]), [])


def read_date(text: str) -> dt.datetime | None:
    """XML Schema's dates, years and months; None for what is none. Without a zone, UTC."""
    text = text.strip()
    for pattern, filled in ((r"\d{4}", "{}-01-01"), (r"\d{4}-\d\d", "{}-01"), (r"\d{4}-\d\d-\d\d(?:Z|[+-]\d\d:\d\d)", "")):
        if re.fullmatch(pattern, text):
            text = filled.format(text) if filled else text[:10]
    try:
        when = dt.datetime.fromisoformat(text)
        return when.replace(tzinfo=dt.UTC) if when.tzinfo is None else when.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
