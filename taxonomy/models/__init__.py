"""Schemes, concepts, labels and relations, named as in SKOS; people see "term"."""

from taxonomy.models.changes import ConceptChange
from taxonomy.models.concepts import ENGLISH, MOST_CHOICES, Concept, ConceptQuerySet, FormerSlug, Label, Note
from taxonomy.models.finding import MOST_WORDS, Feedback, Follow, LookupCount
from taxonomy.models.imports import SchemeImport
from taxonomy.models.proposals import Proposal, ProposalComment, ProposalQuerySet, ProposalSupport
from taxonomy.models.quality import QualityReport
from taxonomy.models.relations import Mapping, Relation
from taxonomy.models.schemes import CHANGE, PROPOSE, Collection, CollectionMember, ConceptScheme, SchemeRelease
from taxonomy.models.tags import ConceptTag, concepts_shown, owner_fields, tag_models

__all__ = [
    "CHANGE",
    "ENGLISH",
    "MOST_CHOICES",
    "MOST_WORDS",
    "PROPOSE",
    "Collection",
    "CollectionMember",
    "Concept",
    "ConceptChange",
    "ConceptQuerySet",
    "ConceptScheme",
    "ConceptTag",
    "Feedback",
    "Follow",
    "FormerSlug",
    "Label",
    "LookupCount",
    "Mapping",
    "Note",
    "Proposal",
    "ProposalComment",
    "ProposalQuerySet",
    "ProposalSupport",
    "QualityReport",
    "Relation",
    "SchemeImport",
    "SchemeRelease",
    "concepts_shown",
    "owner_fields",
    "tag_models",
]
