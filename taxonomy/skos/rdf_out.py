"""A Vocabulary as RDF. Turtle is written block by block, in a fixed order: a release's hash and diff stand on it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection as RdfList
from rdflib.namespace import DCTERMS, FOAF, OWL, RDF, SKOS, XSD
from rdflib.term import Node

from taxonomy.skos.addresses import page_of
from taxonomy.skos.terms import (
    ADMS,
    BROADER_KINDS,
    HAS_TOP_CONCEPT,
    IN_SCHEME,
    MAPPINGS,
    NAMES,
    NOTES,
    PREFIXES,
    TOP_CONCEPT_OF,
    UNDER_DEVELOPMENT,
)
from taxonomy.skos.vocabulary import CANDIDATE, DEPRECATED, PUBLISHED, Entry, Group, Vocabulary, narrower

Statement = tuple[Node, Node]
Block = tuple[URIRef, list[Statement]]
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
TRUE = Literal(True)


def blocks(vocabulary: Vocabulary, version: str = "") -> Iterator[Block]:
    """Subject by subject, the scheme first; what the scheme and its collections say of their terms stands with both ends."""
    below = narrower(vocabulary.entries.values())
    if vocabulary.scheme.title:  # a document about one term names its scheme and says nothing of it
        yield URIRef(vocabulary.scheme.uri), _in_order(_of_scheme(vocabulary, version))
    for entry in sorted(vocabulary.entries.values(), key=lambda entry: entry.uri):
        yield URIRef(entry.uri), _in_order(_of_term(entry, vocabulary.scheme.uri, [*below.get(entry.uri, []), *entry.narrower]))
    for group in sorted(vocabulary.groups, key=lambda group: group.uri):
        yield URIRef(group.uri), _in_order(_of_group(group, vocabulary.scheme.uri))


def _in_order(statements: Iterable[Statement]) -> list[Statement]:
    """By what is written: rdflib's own order compares values, and takes its time."""
    return sorted(set(statements), key=lambda said: (str(said[0]), str(said[1]), getattr(said[1], "language", "") or ""))


def _is_top(entry: Entry) -> bool:
    return not entry.broader and entry.status == PUBLISHED


def _of_scheme(vocabulary: Vocabulary, version: str) -> Iterator[Statement]:
    scheme = vocabulary.scheme
    yield RDF.type, SKOS.ConceptScheme
    yield SKOS.prefLabel, Literal(scheme.title, lang="en")
    yield DCTERMS.title, Literal(scheme.title, lang="en")
    if scheme.description:
        yield DCTERMS.description, Literal(scheme.description, lang="en")
    if scheme.licence:
        yield DCTERMS.license, _uri_or_text(scheme.licence)
    if scheme.owner:
        yield DCTERMS.publisher, Literal(scheme.owner)
    if version:
        yield OWL.versionInfo, Literal(version)
    for entry in vocabulary.entries.values():
        if _is_top(entry):
            yield HAS_TOP_CONCEPT, URIRef(entry.uri)


def _of_term(entry: Entry, scheme: str, below: Iterable[str]) -> Iterator[Statement]:
    yield RDF.type, SKOS.Concept
    if scheme:
        yield IN_SCHEME, URIRef(scheme)
        if _is_top(entry):
            yield TOP_CONCEPT_OF, URIRef(scheme)
    if entry.notation:
        yield SKOS.notation, Literal(entry.notation)
    for name in entry.names:
        yield NAMES[name.kind], Literal(name.text, lang=name.language)
    for note in entry.notes:
        yield NOTES[note.kind], Literal(note.text, lang=note.language)
    yield from _links(entry, below)
    yield from _standing(entry)


def _links(entry: Entry, below: Iterable[str]) -> Iterator[Statement]:
    for uri, kind in entry.broader.items():
        yield SKOS.broader, URIRef(uri)
        if kind:
            yield BROADER_KINDS[kind], URIRef(uri)
    for uri in below:
        yield SKOS.narrower, URIRef(uri)
    for uri in entry.related:
        yield SKOS.related, URIRef(uri)
    for uri, kind in entry.mappings.items():
        yield MAPPINGS[kind], URIRef(uri)
    for uri in entry.replaced_by:
        yield DCTERMS.isReplacedBy, URIRef(uri)


def _standing(entry: Entry) -> Iterator[Statement]:
    if entry.status == DEPRECATED:
        yield OWL.deprecated, TRUE
    if entry.status == CANDIDATE:
        yield ADMS.status, UNDER_DEVELOPMENT
    elif entry.slug:
        yield FOAF.page, URIRef(page_of(entry.slug))
    for predicate, when in ((DCTERMS.created, entry.created), (DCTERMS.modified, entry.modified)):
        if when is not None:
            yield predicate, Literal(when.isoformat(), datatype=XSD.dateTime)


def _of_group(group: Group, scheme: str) -> Iterator[Statement]:
    yield RDF.type, SKOS.OrderedCollection if group.is_ordered else SKOS.Collection
    yield SKOS.prefLabel, Literal(group.title, lang="en")
    if scheme:
        yield IN_SCHEME, URIRef(scheme)
    if group.description:
        yield DCTERMS.description, Literal(group.description, lang="en")
    for uri in group.members:
        yield SKOS.member, URIRef(uri)


def _uri_or_text(text: str) -> Node:
    return URIRef(text) if re.fullmatch(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+", text) else Literal(text)


# --- Turtle -------------------------------------------------------------------------------------


def turtle(vocabulary: Vocabulary, version: str = "") -> Iterator[str]:
    """In pieces. Prefixes that stand unused do no harm."""
    yield "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
    lists = {group.uri: group.members for group in vocabulary.groups if group.is_ordered}
    for subject, statements in blocks(vocabulary, version):
        parts = [f"{_written(predicate)} {_written(value)}" for predicate, value in statements]
        if str(subject) in lists:
            parts.append(f"skos:memberList ( {' '.join(_written(URIRef(uri)) for uri in lists[str(subject)])} )")
        yield f"\n{_written(subject)} " + " ;\n    ".join(parts) + " .\n"


def _written(node: Node) -> str:
    if isinstance(node, URIRef):
        return _written_uri(str(node))
    if isinstance(node, Literal):
        tail = f"@{node.language}" if node.language else f"^^{_written_uri(str(node.datatype))}" if node.datatype else ""
        return f'"{_escaped(str(node))}"{tail}'
    return str(node.n3())


@lru_cache(maxsize=50_000)
def _written_uri(uri: str) -> str:
    return _short(uri) or URIRef(uri).n3()


def _short(uri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if uri.startswith(namespace) and _LOCAL.fullmatch(uri[len(namespace) :]):
            return f"{prefix}:{uri[len(namespace) :]}"
    return ""


def n_triples(vocabulary: Vocabulary) -> Iterator[str]:
    graph = graph_of(vocabulary)
    yield from (f"{_whole(subject)} {_whole(predicate)} {_whole(value)} .\n" for subject, predicate, value in graph)


def _whole(node: Node) -> str:
    """Without prefixes."""
    if not isinstance(node, Literal):
        return str(node.n3())
    tail = f"@{node.language}" if node.language else f"^^{node.datatype.n3()}" if node.datatype else ""
    return f'"{_escaped(str(node))}"{tail}'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


# --- Through a graph ----------------------------------------------------------------------------


def graph_of(vocabulary: Vocabulary, version: str = "") -> Graph:
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    for subject, statements in blocks(vocabulary, version):
        for predicate, value in statements:
            graph.add((subject, predicate, value))
    for group in vocabulary.groups:
        if group.is_ordered:
            head = BNode() if group.members else RDF.nil
            graph.add((URIRef(group.uri), SKOS.memberList, head))
            if group.members:
                RdfList(graph, head, [URIRef(uri) for uri in group.members])
    return graph


def rdf_xml(vocabulary: Vocabulary) -> str:
    return str(graph_of(vocabulary).serialize(format="xml"))


_CONTEXT: dict[str, Any] = {
    **PREFIXES,
    "uri": "@id",
    "type": "@type",
    "graph": "@graph",
    "value": "@value",
    "lang": "@language",
    **{
        name: {"@id": f"skos:{name}", "@type": "@id"}
        for name in ("broader", "narrower", "related", "inScheme", "topConceptOf", "hasTopConcept", "member")
    },
    **{f"{kind}Match": {"@id": f"skos:{kind}Match", "@type": "@id"} for kind in MAPPINGS},
    **{
        name: f"skos:{name}"
        for name in ("prefLabel", "altLabel", "hiddenLabel", "definition", "notation", "scopeNote", "note", "example")
    },
}


def json_ld(vocabulary: Vocabulary) -> str:
    return json.dumps(json_ld_document(vocabulary), ensure_ascii=False, indent=1)


def json_ld_document(vocabulary: Vocabulary) -> dict[str, Any]:
    """Compacted by our own small context, which stands in the document: nobody has to fetch one."""
    lists = {group.uri: group.members for group in vocabulary.groups if group.is_ordered}
    nodes = []
    for subject, statements in blocks(vocabulary):
        node: dict[str, Any] = {"uri": str(subject)}
        for predicate, value in statements:
            _put(node, predicate, value)
        if str(subject) in lists:
            node["skos:memberList"] = {"@list": [{"uri": uri} for uri in lists[str(subject)]]}
        nodes.append(node)
    return {"@context": _CONTEXT, "graph": nodes}


def _put(node: dict[str, Any], predicate: Node, value: Node) -> None:
    if predicate == RDF.type:
        node.setdefault("type", []).append(_short(str(value)) or str(value))
        return
    short = _short(str(predicate))
    key = short.removeprefix("skos:") if short.removeprefix("skos:") in _CONTEXT else short
    node.setdefault(key, []).append(_json_value(value, links=_is_link(key)))


def _is_link(key: str) -> bool:
    defined = _CONTEXT.get(key)
    return isinstance(defined, dict) and defined.get("@type") == "@id"


def _json_value(value: Node, links: bool) -> Any:
    if isinstance(value, Literal):
        if value.language:
            return {"lang": value.language, "value": str(value)}
        return {"value": str(value), "type": _short(str(value.datatype))} if value.datatype else str(value)
    return str(value) if links else {"uri": str(value)}


# --- For SharePoint's term store ----------------------------------------------------------------

_FORBIDDEN = str.maketrans({";": ",", '"': "”", "<": "(", ">": ")", "|": "/", "&": "\uff06", "\t": " "})
_LONGEST_TERM = 255


def share_point(vocabulary: Vocabulary) -> Iterator[str]:
    """The subset of SKOS that a term store loads, in English: published terms, each under one term at most, no relations
    beside the hierarchy, no two of one name side by side. See "SKOS format reference for SharePoint taxonomy"."""
    entries = {uri: entry for uri, entry in vocabulary.entries.items() if entry.status == PUBLISHED}
    parents = {uri: _one_parent(entry, entries) for uri, entry in entries.items()}
    labels = _labels_among_siblings(entries, parents)
    scheme = URIRef(vocabulary.scheme.uri)
    yield "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in ("skos", "rdf"))
    tops = sorted((URIRef(uri) for uri, parent in parents.items() if not parent), key=str)
    yield _block(
        scheme,
        [(RDF.type, SKOS.ConceptScheme), (SKOS.prefLabel, _term_name(vocabulary.scheme.title))]
        + [(HAS_TOP_CONCEPT, top) for top in tops],
    )
    for uri in sorted(entries):
        entry, parent = entries[uri], parents[uri]
        said: list[Statement] = [(RDF.type, SKOS.Concept), (IN_SCHEME, scheme), (SKOS.prefLabel, _term_name(labels[uri]))]
        said.append((SKOS.broader, URIRef(parent)) if parent else (TOP_CONCEPT_OF, scheme))
        others = {_term_name(name.text) for name in entry.names if name.language == "en" and name.kind == "alternative"}
        said += [(SKOS.altLabel, other) for other in sorted(others - {_term_name(labels[uri])})]
        definition = next((note.text for note in sorted(entry.notes) if note.kind == "definition" and note.language == "en"), "")
        if definition:
            said.append((SKOS.definition, Literal(" ".join(definition.split()), lang="en")))
        yield _block(URIRef(uri), said)


def _block(subject: URIRef, said: Iterable[Statement]) -> str:
    return f"\n{_written(subject)} " + " ;\n    ".join(f"{_written(p)} {_written(o)}" for p, o in said) + " .\n"


def _one_parent(entry: Entry, entries: dict[str, Entry]) -> str:
    among = sorted((uri for uri in entry.broader if uri in entries), key=lambda uri: (entries[uri].label.casefold(), uri))
    return among[0] if among else ""


def _labels_among_siblings(entries: dict[str, Entry], parents: dict[str, str]) -> dict[str, str]:
    """A second "Other" under the same term becomes "Other (2)"."""
    taken: set[tuple[str, str]] = set()
    found = {}
    for uri in sorted(entries):
        label, number = entries[uri].label, 1
        while (parents[uri], (told := label if number == 1 else f"{label} ({number})").casefold()) in taken:
            number += 1
        taken.add((parents[uri], told.casefold()))
        found[uri] = told
    return found


def _term_name(text: str) -> Literal:
    return Literal(" ".join(text.translate(_FORBIDDEN).split())[:_LONGEST_TERM], lang="en")
