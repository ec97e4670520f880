from __future__ import annotations

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from taxonomy.labels import slug_for
from taxonomy.models import Concept, ConceptScheme, Label, Proposal, Relation
from tests.factories.accounts import UserFactory


class ConceptSchemeFactory(DjangoModelFactory[ConceptScheme]):
    class Meta:
        model = ConceptScheme
        django_get_or_create = ("slug",)

    slug = "council-crm"
    title = "CRM practice"


class ConceptFactory(DjangoModelFactory[Concept]):
    """A published term with its preferred label."""

    class Meta:
        model = Concept
        skip_postgeneration_save = True

    scheme = factory.SubFactory(ConceptSchemeFactory)
    label = factory.Sequence(lambda n: f"Term {n}")
    slug = factory.LazyAttribute(lambda concept: slug_for(concept.label, ()))
    definition = "What the term means."
    created_at = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    modified_at = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)

    @factory.post_generation
    def preferred(self, create: bool, extracted: object, **kwargs: object) -> None:
        Label.objects.create(concept=self, kind=Label.Kind.PREFERRED, text=self.label)

    @factory.post_generation
    def also(self, create: bool, extracted: list[str] | None, **kwargs: object) -> None:
        """`ConceptFactory(also=["Contact hub"])`"""
        for text in extracted or []:
            Label.objects.create(concept=self, kind=Label.Kind.ALTERNATIVE, text=text)

    @factory.post_generation
    def hidden(self, create: bool, extracted: list[str] | None, **kwargs: object) -> None:
        for text in extracted or []:
            Label.objects.create(concept=self, kind=Label.Kind.HIDDEN, text=text)

    @factory.post_generation
    def broader(self, create: bool, extracted: list[Concept] | None, **kwargs: object) -> None:
        for concept in extracted or []:
            Relation.objects.create(source=self, target=concept, kind=Relation.Kind.BROADER)

    @factory.post_generation
    def related(self, create: bool, extracted: list[Concept] | None, **kwargs: object) -> None:
        for concept in extracted or []:
            Relation.objects.create(source=self, target=concept, kind=Relation.Kind.RELATED)


class ProposalFactory(DjangoModelFactory[Proposal]):
    """`concepts=[…]` says what it is about."""

    class Meta:
        model = Proposal
        skip_postgeneration_save = True

    kind = Proposal.Kind.RENAME
    label = factory.Sequence(lambda n: f"Better name {n}")
    reason = "Nobody finds it."
    proposer = factory.SubFactory(UserFactory)
    proposed_at = dt.datetime(2026, 4, 28, 10, 0, tzinfo=dt.UTC)
    due_at = dt.datetime(2026, 5, 12, 10, 0, tzinfo=dt.UTC)

    @factory.post_generation
    def concepts(self, create: bool, extracted: list[Concept] | None, **kwargs: object) -> None:
        self.concepts.set([ConceptFactory()] if extracted is None else extracted)
