"""The RDF names that the hub reads and writes, each beside our word for it."""

from __future__ import annotations

from rdflib import Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, OWL, RDF, RDFS, SKOS, XSD

from taxonomy.models import Label, Mapping, Note, Relation

ISO_THES = Namespace("http://purl.org/iso25964/skos-thes#")
SKOSXL = Namespace("http://www.w3.org/2008/05/skos-xl#")
ADMS = Namespace("http://www.w3.org/ns/adms#")
UNDER_DEVELOPMENT = URIRef("http://purl.org/adms/status/UnderDevelopment")
_GETTY = Namespace("http://vocab.getty.edu/ontology#")
# What some vocabularies of 2008 still say.
OLD_SKOS = "http://www.w3.org/2008/05/skos#"

PREFIXES = {
    "skos": str(SKOS),
    "dcterms": str(DCTERMS),
    "owl": str(OWL),
    "rdf": str(RDF),
    "foaf": str(FOAF),
    "iso-thes": str(ISO_THES),
    "adms": str(ADMS),
    "xsd": str(XSD),
}

NAMES = {
    Label.Kind.PREFERRED.value: SKOS.prefLabel,
    Label.Kind.ALTERNATIVE.value: SKOS.altLabel,
    Label.Kind.HIDDEN.value: SKOS.hiddenLabel,
}
NAMES_READ = {predicate: kind for kind, predicate in NAMES.items()}
XL_NAMES = {
    SKOSXL.prefLabel: Label.Kind.PREFERRED.value,
    SKOSXL.altLabel: Label.Kind.ALTERNATIVE.value,
    SKOSXL.hiddenLabel: Label.Kind.HIDDEN.value,
}
NOTES = {
    Note.Kind.DEFINITION.value: SKOS.definition,
    Note.Kind.NOTE.value: SKOS.note,
    Note.Kind.SCOPE.value: SKOS.scopeNote,
    Note.Kind.EXAMPLE.value: SKOS.example,
    Note.Kind.HISTORY.value: SKOS.historyNote,
    Note.Kind.CHANGE.value: SKOS.changeNote,
    Note.Kind.EDITORIAL.value: SKOS.editorialNote,
}
NOTES_READ = {predicate: kind for kind, predicate in NOTES.items()}
MAPPINGS = {
    Mapping.Kind.EXACT.value: SKOS.exactMatch,
    Mapping.Kind.CLOSE.value: SKOS.closeMatch,
    Mapping.Kind.BROAD.value: SKOS.broadMatch,
    Mapping.Kind.NARROW.value: SKOS.narrowMatch,
    Mapping.Kind.RELATED.value: SKOS.relatedMatch,
}
MAPPINGS_READ = {predicate: kind for kind, predicate in MAPPINGS.items()}
BROADER_KINDS = {
    Relation.BroaderKind.GENERIC.value: ISO_THES.broaderGeneric,
    Relation.BroaderKind.PARTITIVE.value: ISO_THES.broaderPartitive,
    Relation.BroaderKind.INSTANTIAL.value: ISO_THES.broaderInstantial,
}
# Predicate: (our kind of broader, whether it is said from the broader end).
BROADER_READ = {
    SKOS.broader: ("", False),
    SKOS.narrower: ("", True),
    **{namespace[f"broader{word.title()}"]: (word, False) for namespace in (ISO_THES, _GETTY) for word in BROADER_KINDS},
    **{namespace[f"narrower{word.title()}"]: (word, True) for namespace in (ISO_THES, _GETTY) for word in BROADER_KINDS},
}

TOP_CONCEPT_OF, HAS_TOP_CONCEPT, IN_SCHEME = SKOS.topConceptOf, SKOS.hasTopConcept, SKOS.inScheme
# What follows from the rest, or says how the file came about: not carried, and no loss.
DERIVED = frozenset(
    {
        RDF.type,
        IN_SCHEME,
        TOP_CONCEPT_OF,
        HAS_TOP_CONCEPT,
        SKOS.broaderTransitive,
        SKOS.narrowerTransitive,
        SKOS.semanticRelation,
        SKOS.mappingRelation,
        RDFS.label,
    }
)
