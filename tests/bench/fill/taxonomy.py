from __future__ import annotations

import datetime as dt

from taxonomy.labels import letter_of, sort_key
from taxonomy.models import ENGLISH, Concept, ConceptScheme, Label, Relation
from tests.bench.fill.size import Size
from tests.bench.fill.words import Words


def fill(size: Size, words: Words, now: dt.datetime) -> None:
    """A tree three deep, one other name for every second term."""
    scheme = ConceptScheme.objects.create(slug="bench", title="Bench")
    concepts = Concept.objects.bulk_create(
        [
            Concept(
                scheme=scheme,
                slug=f"term-{n}",
                label=f"{words.title()} {n}",
                definition=words.some(25),
                created_at=now,
                modified_at=now,
            )
            for n in range(size.concepts)
        ],
        batch_size=1000,
    )
    labels = [(concept, Label.Kind.PREFERRED, concept.label) for concept in concepts]
    labels += [(concept, Label.Kind.ALTERNATIVE, f"{words.title()} also {n}") for n, concept in enumerate(concepts) if n % 2]
    Label.objects.bulk_create(
        [
            Label(concept=concept, kind=kind, text=text, language=ENGLISH, letter=letter_of(text), sort_key=sort_key(text))
            for concept, kind, text in labels
        ],
        batch_size=1000,
    )
    Relation.objects.bulk_create(
        [
            Relation(source=concept, target=concepts[n // 17], kind=Relation.Kind.BROADER)
            for n, concept in enumerate(concepts)
            if n > 16
        ],
        batch_size=1000,
    )
