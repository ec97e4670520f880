"""Whatever editors and members do to terms, in whatever order: rules hold, addresses lead on, content keeps its terms, and
followers are led to where readers are.

`make proofs-taxonomy` runs a thousand sequences.
"""

from __future__ import annotations

import datetime as dt
import os
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from stepshare.models import Product, ProductConcept
from taxonomy import actions, queries
from taxonomy.actions.recording import rows_of
from taxonomy.hierarchy import ancestors
from taxonomy.labels import name_key
from taxonomy.models import Concept, ConceptChange, Follow, Label, Proposal, Relation
from tests.conftest import NOW
from tests.factories.members import OfficeFactory
from tests.factories.stepshare import ProductFactory
from tests.factories.taxonomy import ConceptFactory

SEQUENCES = int(os.environ.get("HUB_TAXONOMY_SEQUENCES", "2"))
STEPS = 14

# Few, so that they meet.
WORDS = st.sampled_from([f"{first} {second}" for first in ("Contact", "Customer", "Case") for second in ("desk", "portal", "file")])
PLACES = st.integers(min_value=0, max_value=30)
Status = Concept.Status


def pick(items: Any, place: int) -> Any:
    found = list(items)
    return found[place % len(found)]


class Developing(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.now = NOW
        self.addresses: dict[str, int] = {}  # every slug that ever was a term's: the term it was
        self.carrying: set[int] = set()  # every thing that ever carried a term readers see

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.editor = OfficeFactory().user
        top = ConceptFactory(label="Contact")
        below = ConceptFactory(label="Telephony", broader=[top], also=["Phones"])
        ConceptFactory(label="Payments", related=[top])
        ConceptFactory(label="Call queue", broader=[below])
        for concept in Concept.objects.all():
            thing = ProductFactory()
            ProductConcept.objects.create(product=thing, concept=concept)
        both = ProductFactory()
        for concept in (top, below):
            ProductConcept.objects.create(product=both, concept=concept)

    # --- What people do -------------------------------------------------------------------------

    def attempt(self, do: Any, **arguments: Any) -> ConceptChange | None:
        """A refusal is an answer: it must leave nothing behind."""
        self.now += dt.timedelta(minutes=1)
        before = self.everything()
        try:
            return do(by=self.editor, now=self.now, **arguments)
        except actions.Refused:
            assert self.everything() == before
            return None

    def terms(self) -> list[Concept]:
        return list(Concept.objects.filter(status=Status.PUBLISHED).order_by("pk"))

    def waiting(self) -> list[Proposal]:
        return list(Proposal.objects.waiting())

    @rule(word=WORDS, place=PLACES)
    def define(self, word: str, place: int) -> None:
        self.attempt(actions.define, label=word, definition="", broader=[pick(self.terms(), place)])

    @rule(word=WORDS, place=PLACES)
    def propose_a_word_and_tag_with_it(self, word: str, place: int) -> None:
        concept = self.attempt(actions.propose_word, word=word)
        if concept is not None:
            ProductConcept.objects.get_or_create(product=pick(Product.objects.order_by("pk"), place), concept=concept)

    @rule(place=PLACES, other=PLACES, kind=st.sampled_from(["merge", "rename", "retire", "move"]), word=WORDS)
    def propose(self, place: int, other: int, kind: str, word: str) -> None:
        target = pick(self.terms(), other)
        wish = actions.Wish(label=word, target=target, broader=[target])
        about = [pick(self.terms(), place)]
        self.attempt(actions.propose, kind=Proposal.Kind(kind), wish=wish, reason="Better so.", concepts=about)

    @precondition(lambda self: self.waiting())
    @rule(place=PLACES)
    def accept(self, place: int) -> None:
        self.attempt(actions.accept, proposal=pick(self.waiting(), place), reason="Yes.")

    @precondition(lambda self: self.waiting())
    @rule(place=PLACES)
    def decline(self, place: int) -> None:
        self.attempt(actions.decline, proposal=pick(self.waiting(), place), reason="No.")

    @rule(place=PLACES, into=PLACES)
    def merge(self, place: int, into: int) -> None:
        self.attempt(actions.merge, concepts=[pick(self.terms(), place)], into=pick(self.terms(), into))

    @rule(
        place=PLACES,
        words=st.lists(WORDS, min_size=1, max_size=3, unique=True),
        keep=st.booleans(),
        choice=st.lists(PLACES, max_size=3),
    )
    def split(self, place: int, words: list[str], keep: bool, choice: list[int]) -> None:
        concept = pick(self.terms(), place)
        things = ProductConcept.objects.filter(concept=concept).order_by("pk").values_list("product", flat=True)
        content = {("stepshare.productconcept", thing): [part % len(words)] for thing, part in zip(things, choice, strict=False)}
        self.attempt(actions.split, concept=concept, parts=[actions.Part(word) for word in words], keep=keep, content=content)

    @rule(place=PLACES, under=st.lists(PLACES, max_size=2))
    def move(self, place: int, under: list[int]) -> None:
        broader = list(dict.fromkeys(pick(self.terms(), target) for target in under))
        self.attempt(actions.move, concept=pick(self.terms(), place), broader=broader)

    @rule(place=PLACES, other=PLACES)
    def relate(self, place: int, other: int) -> None:
        self.attempt(actions.relate, concept=pick(self.terms(), place), to=pick(self.terms(), other))

    @rule(place=PLACES, word=WORDS)
    def rename(self, place: int, word: str) -> None:
        self.attempt(actions.rename, concept=pick(self.terms(), place), label=word)

    @rule(place=PLACES, successor=PLACES)
    def retire(self, place: int, successor: int) -> None:
        self.attempt(actions.retire, concept=pick(self.terms(), place), replaced_by=[pick(self.terms(), successor)])

    @rule(place=PLACES, thing=PLACES)
    def tag(self, place: int, thing: int) -> None:
        ProductConcept.objects.get_or_create(product=pick(Product.objects.order_by("pk"), thing), concept=pick(self.terms(), place))

    @rule(place=PLACES)
    def follow(self, place: int) -> None:
        actions.follow(concept=pick(self.terms(), place), by=self.editor, now=self.now)

    @precondition(lambda self: ConceptChange.objects.standing().exists())
    @rule(place=PLACES)
    def undo(self, place: int) -> None:
        """The latest more often than any other."""
        standing = ConceptChange.objects.standing().order_by("-pk")
        self.attempt(actions.undo, change=pick(standing, place) if place % 3 == 0 else standing[0])

    @rule(place=PLACES, into=PLACES, how=st.sampled_from(["merge", "split", "move", "retire", "rename"]), word=WORDS)
    def there_and_back(self, place: int, into: int, how: str, word: str) -> None:
        """Undone at once, everything is as it was, but for terms and addresses that were made."""
        concept, other = pick(self.terms(), place), pick(self.terms(), into)
        before = self.everything(among=list(Concept.objects.values_list("pk", flat=True)))
        arguments: dict[str, dict[str, Any]] = {
            "merge": {"concepts": [concept], "into": other},
            "split": {"concept": concept, "parts": [actions.Part(f"{word} one"), actions.Part(f"{word} two")]},
            "move": {"concept": concept, "broader": [other]},
            "retire": {"concept": concept, "replaced_by": [other]},
            "rename": {"concept": concept, "label": word},
        }
        change = self.attempt(getattr(actions, how), **arguments[how])
        if change is not None:
            self.note_addresses()
            undone = self.attempt(actions.undo, change=change)
            assert undone is not None
            assert self.everything(among=[pk for pk, *_ in before[0]]) == before

    # --- What always holds ----------------------------------------------------------------------

    def everything(self, among: list[int] | None = None) -> tuple[Any, ...]:
        """All rows of the terms, what carries which, and who follows which."""
        concepts = list(Concept.objects.values_list("pk", flat=True)) if among is None else among
        rows = rows_of(concepts)
        rows = {key: row for key, row in rows.items() if key[0] != "taxonomy.formerslug"}
        made = set(Concept.objects.exclude(pk__in=concepts).values_list("pk", flat=True))
        rows = {key: row for key, row in rows.items() if not made & {row.get("source"), row.get("target")}}
        tags = sorted(ProductConcept.objects.values_list("product_id", "concept_id"))
        follows = sorted(Follow.objects.values_list("user_id", "concept_id", "handed_on"))
        return [(pk,) for pk in sorted(concepts)], rows, tags, follows

    def note_addresses(self) -> None:
        for slug, pk in Concept.objects.filter(status=Status.PUBLISHED).values_list("slug", "pk"):
            self.addresses.setdefault(slug, pk)

    @invariant()
    def every_address_leads_to_something_readable(self) -> None:
        self.note_addresses()
        published = {concept.pk: concept for concept in self.terms()}
        for slug, pk in self.addresses.items():
            found = queries.where_slug_leads(slug)
            assert found is not None, slug
            assert found.status in {Status.PUBLISHED, Status.DEPRECATED}
            if pk in published:
                assert found == published[pk], slug
        for change in ConceptChange.objects.standing().filter(kind=ConceptChange.Kind.MERGE):
            for row in change.rows:
                if row["model"] == "taxonomy.concept" and row["after"]["status"] == Status.DEPRECATED:
                    assert queries.where_slug_leads(row["after"]["slug"]).pk != row["pk"]

    @invariant()
    def no_content_loses_its_terms(self) -> None:
        carrying = set(ProductConcept.objects.filter(concept__status=Status.PUBLISHED).values_list("product_id", flat=True))
        assert self.carrying <= carrying
        self.carrying = carrying

    @invariant()
    def followers_are_led_to_where_readers_are(self) -> None:
        follows = set(Follow.objects.values_list("user_id", "concept_id"))
        for follow in Follow.objects.select_related("concept").prefetch_related("concept__replaced_by"):
            if follow.concept.status == Status.DEPRECATED:
                assert {(follow.user_id, after.pk) for after in follow.concept.replaced_by.all()} <= follows
            if follow.handed_on:
                before = Concept.objects.filter(replaced_by=follow.concept, status=Status.DEPRECATED)
                assert {(follow.user_id, one.pk) for one in before} & follows

    @invariant()
    def the_hierarchy_has_no_circle_and_no_clash(self) -> None:
        broader: dict[int, list[int]] = {}
        related = []
        for source, target, kind in Relation.objects.values_list("source_id", "target_id", "kind"):
            if kind == Relation.Kind.BROADER:
                broader.setdefault(source, []).append(target)
            else:
                assert source < target
                related.append((source, target))
        above = {pk: ancestors(pk, broader) for pk in broader}
        assert all(pk not in higher for pk, higher in above.items())
        assert all(a not in above.get(b, ()) and b not in above.get(a, ()) for a, b in related)

    @invariant()
    def a_name_leads_to_one_term_and_every_term_has_one(self) -> None:
        live = Label.objects.exclude(concept__status=Status.DEPRECATED).values_list("text", "concept_id")
        names = {(name_key(text), pk) for text, pk in live}
        assert len({name for name, _ in names}) == len(names)
        for concept in Concept.objects.prefetch_related("labels"):
            assert [label.text for label in concept.labels.all() if label.kind == Label.Kind.PREFERRED] == [concept.label]

    @invariant()
    def nothing_stands_under_a_term_that_is_gone(self) -> None:
        assert not Relation.objects.filter(
            kind="broader", target__status=Status.DEPRECATED, source__status=Status.PUBLISHED
        ).exists()


@pytest.mark.django_db
def test_whatever_is_done_to_terms_rules_addresses_and_tags_hold():
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        Developing,
        settings=settings(
            max_examples=SEQUENCES, stateful_step_count=STEPS, deadline=None, database=None, suppress_health_check=checks
        ),
    )
