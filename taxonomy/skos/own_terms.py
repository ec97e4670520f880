"""A graph's statements by subject, with what a publisher calls by a name of its own read as the SKOS that it stands for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from rdflib import Graph, URIRef
from rdflib.namespace import RDF, RDFS, SKOS
from rdflib.term import Node

from taxonomy.skos.terms import (
    BROADER_READ,
    IN_SCHEME,
    ISO_THES,
    MAPPINGS_READ,
    NAMES_READ,
    NOTES_READ,
    OLD_SKOS,
    TOP_CONCEPT_OF,
    XL_NAMES,
)

Said = dict[Node, list[tuple[URIRef, Node]]]
_PROPERTIES = frozenset(
    {
        *NAMES_READ,
        *XL_NAMES,
        *NOTES_READ,
        *MAPPINGS_READ,
        *BROADER_READ,
        SKOS.related,
        SKOS.notation,
        SKOS.member,
        SKOS.memberList,
        IN_SCHEME,
        TOP_CONCEPT_OF,
    }
)
_CLASSES = frozenset({SKOS.Concept, SKOS.ConceptScheme, SKOS.Collection, SKOS.OrderedCollection})
# Known, whether or not the file explains them.
_STANDING = {ISO_THES.ThesaurusArray: SKOS.Collection, ISO_THES.ConceptGroup: SKOS.Collection}


def said_in(graph: Graph) -> Said:
    properties = _kinds_of(graph.subject_objects(RDFS.subPropertyOf), _PROPERTIES)
    classes = _STANDING | _kinds_of(graph.subject_objects(RDFS.subClassOf), _CLASSES)
    said: Said = defaultdict(list)
    for subject, predicate, value in graph:
        newer = _newer(value) if isinstance(value, URIRef) else value
        if predicate == RDF.type:
            newer = classes.get(newer, newer)
        said[subject].append((properties.get(predicate) or _newer(predicate), newer))
    return said


def _newer(node: Any) -> Any:
    return SKOS[str(node)[len(OLD_SKOS) :]] if str(node).startswith(OLD_SKOS) else node


def _kinds_of(declared: Iterable[tuple[Node, Node]], known: frozenset[URIRef]) -> dict[Any, URIRef]:
    """Of each declared name that is not known itself, the nearest one above it that is."""
    above: dict[Node, list[Node]] = defaultdict(list)
    for child, parent in declared:
        above[child].append(_newer(parent))
    found = {}
    for child in above.keys() - known:
        ahead, seen = sorted(above[child], key=str), {child}
        while ahead:
            node = ahead.pop(0)
            if isinstance(node, URIRef) and node in known:
                found[child] = node
                break
            if node not in seen:
                seen.add(node)
                ahead += sorted(above.get(node, ()), key=str)
    return found
