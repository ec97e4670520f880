"""Schemes to carry out and in again."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

from taxonomy import actions
from taxonomy.labels import letter_of, sort_key
from taxonomy.models import (
    Collection,
    CollectionMember,
    Concept,
    ConceptChange,
    ConceptScheme,
    FormerSlug,
    Label,
    Mapping,
    Note,
    Relation,
    SchemeRelease,
)
from taxonomy.skos.stored import vocabulary_of
from taxonomy.skos.vocabulary import Vocabulary
from taxonomy.term_list import read
from tests.conftest import NOW

STARTER = Path("taxonomy/starter/council-crm.txt")
# What tempts formats: quotes, breaks, markup, formulas, other scripts, separators.
HARD = (
    'Say "hello"\nand go \\ on',
    "=SUM(A1:A9)",
    "+44 is a prefix",
    "-",
    "@mention | of | somebody",
    "'quoted",
    "'=twice",
    "<b>bold</b> & <script>alert(1)</script>",
    "Gwasanaethau cwsmeriaid \N{RIGHT SINGLE QUOTATION MARK}n \U0001f600",
    "\ttabbed and ending in space ",
    "with ''' and \"\"\" both",
    "ends in a backslash \\",
)


def forget() -> None:
    """An empty A-Z, as in a hub just installed."""
    ConceptChange.objects.all().delete()
    for model in (CollectionMember, Collection, Relation, Mapping, FormerSlug, Note, Label, Concept, SchemeRelease, ConceptScheme):
        model._default_manager.all().delete()


def starter() -> ConceptScheme:
    terms = read(STARTER.read_text(encoding="utf-8")).terms
    actions.load_scheme(slug="council-crm", title="CRM practice", parsed=terms, by=None, now=NOW)
    return ConceptScheme.objects.get(slug="council-crm")


def generated(size: int, seed: int = 1) -> ConceptScheme:
    """Four deep, in two languages, with everything that a term can have, hard texts among it."""
    chance = random.Random(seed)
    scheme = ConceptScheme.objects.create(
        slug="generated",
        title="Generated & sorted",
        description="For tests.\nTwo lines.",
        licence="https://example.org/licence",
        owner="Nobody",
    )
    concepts = Concept.objects.bulk_create(
        [
            Concept(
                scheme=scheme,
                slug=f"generated-{n}",
                notation=f"G.{n}" if n % 2 else "",
                label=f"Term {n}",
                definition=chance.choice(HARD) if n % 4 else "",
                status=Concept.Status.DEPRECATED if n % 50 == 7 else Concept.Status.PUBLISHED,
                created_at=NOW - dt.timedelta(days=n % 90, microseconds=n),
                modified_at=NOW,
            )
            for n in range(size)
        ],
        batch_size=500,
    )
    labels = [(concept, "preferred", "en", concept.label) for concept in concepts]
    labels += [(concept, "preferred", "cy", f"Term Cymraeg {n}") for n, concept in enumerate(concepts) if n % 3 == 0]
    labels += [(concept, "alternative", "en", f"{' '.join(HARD[n % len(HARD)].split())} {n}") for n, concept in enumerate(concepts)]
    labels += [(concept, "hidden", "en", f"trem {n}") for n, concept in enumerate(concepts) if n % 5 == 0]
    Label.objects.bulk_create(
        [
            Label(concept=concept, kind=kind, language=language, text=text, letter=letter_of(text), sort_key=sort_key(text))
            for concept, kind, language, text in labels
        ],
        batch_size=500,
    )
    kinds = ["note", "scope", "example", "history", "change"]
    Note.objects.bulk_create(
        [
            Note(concept=concept, kind=kinds[n % 5], language="en", text=f"{HARD[n % len(HARD)]}{n}")
            for n, concept in enumerate(concepts)
        ]
        + [
            Note(concept=concept, kind="definition", language="cy", text=HARD[n % 12])
            for n, concept in enumerate(concepts)
            if n % 9 == 0
        ],
        batch_size=500,
    )
    broader = ["", "generic", "partitive", "instantial"]
    Relation.objects.bulk_create(
        [
            Relation(source=concept, target=concepts[n // 9], kind="broader", broader_kind=broader[n % 4])
            for n, concept in enumerate(concepts)
            if n > 8
        ]
        + [Relation(source=concepts[n], target=concepts[n + 1], kind="related") for n in range(size // 2 + 1, size - 1, 2)],
        batch_size=500,
    )
    match = ["exact", "close", "broad", "narrow", "related"]
    Mapping.objects.bulk_create(
        [
            Mapping(concept=concept, kind=match[n % 5], target_uri=f"http://id.esd.org.uk/service/{n}")
            for n, concept in enumerate(concepts)
            if n % 2
        ],
        batch_size=500,
    )
    for n in range(7, size - 1, 50):
        concepts[n].replaced_by.add(concepts[n - 1])
    for ordered in (True, False):
        group = Collection.objects.create(
            scheme=scheme, slug=f"group-{ordered}".lower(), title=f"Group {ordered}", description="Some.", is_ordered=ordered
        )
        for place, n in enumerate((3, 1, 2, 8)):
            CollectionMember.objects.create(collection=group, concept=concepts[n], sort_order=place)
    return scheme


def carried(scheme: ConceptScheme) -> Vocabulary:
    return vocabulary_of(scheme, Concept.objects.all(), editorial=True)
