"""What the database itself refuses, however a row is written."""

from __future__ import annotations

import contextlib
import threading
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from taxonomy.constraints import CLASH, CYCLE, HierarchyConstraint
from taxonomy.models import Concept, Label, Mapping, Note, Relation
from tests.at_once import at_once
from tests.factories.taxonomy import ConceptFactory

pytestmark = pytest.mark.django_db


def test_a_migration_knows_that_the_rule_is_there_already():
    rule = next(rule for rule in Relation._meta.constraints if isinstance(rule, HierarchyConstraint))

    assert rule.clone() == rule
    assert rule != HierarchyConstraint(name="another")


def refused(*rows: Relation) -> str:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Relation.objects.bulk_create(rows)
    return str(caught.value)


def broader(source: Concept, target: Concept) -> Relation:
    return Relation(source=source, target=target, kind=Relation.Kind.BROADER)


def related(one: Concept, other: Concept) -> Relation:
    source, target = sorted((one, other), key=lambda concept: concept.pk)
    return Relation(source=source, target=target, kind=Relation.Kind.RELATED)


@pytest.fixture
def chain() -> list[Concept]:
    """Four terms, each below the one before it."""
    concepts = [ConceptFactory()]
    for _ in range(3):
        concepts.append(ConceptFactory(broader=[concepts[-1]]))
    return concepts


@pytest.mark.parametrize("length", [2, 3, 4])
def test_no_term_is_broader_than_itself_however_far_up(chain, length):
    assert CYCLE in refused(broader(chain[0], chain[length - 1]))


def test_a_circle_written_in_one_statement_is_refused(db):
    one, two, three = ConceptFactory(), ConceptFactory(), ConceptFactory()

    assert CYCLE in refused(broader(one, two), broader(two, three), broader(three, one))
    assert not Relation.objects.exists()


def test_a_circle_made_by_an_update_is_refused(chain):
    spare = Relation.objects.create(source=chain[0], target=ConceptFactory(), kind=Relation.Kind.BROADER)

    with pytest.raises(IntegrityError, match=CYCLE), transaction.atomic():
        Relation.objects.filter(pk=spare.pk).update(target=chain[3])


def test_an_update_that_moves_a_term_elsewhere_is_taken(chain):
    Relation.objects.filter(source=chain[3]).update(target=chain[0])

    assert set(Relation.objects.filter(target=chain[0]).values_list("source", flat=True)) == {chain[1].pk, chain[3].pk}


def test_two_ways_up_to_one_term_are_no_circle(chain):
    Relation.objects.bulk_create([broader(chain[3], chain[1])])

    assert Relation.objects.filter(source=chain[3]).count() == 2


@pytest.mark.parametrize(("low", "high"), [(1, 0), (3, 0), (0, 2)])
def test_what_stands_above_or_below_is_not_related_as_well(chain, low, high):
    wanted = related(chain[low], chain[high])
    if Relation.objects.filter(source=wanted.source, target=wanted.target).exists():
        pytest.skip("the unique rule comes first")

    assert CLASH in refused(wanted)


def test_a_new_broader_term_may_not_put_related_terms_one_above_the_other(chain):
    top = ConceptFactory(related=[chain[3]])

    assert CLASH in refused(broader(chain[0], top))
    assert CLASH in refused(broader(top, chain[3]))


def test_related_is_stored_once_whichever_way_round(db):
    one, other = ConceptFactory(), ConceptFactory()
    Relation.objects.create(source=other, target=one, kind=Relation.Kind.RELATED)

    with pytest.raises(IntegrityError), transaction.atomic():
        Relation.objects.create(source=one, target=other, kind=Relation.Kind.RELATED)
    with pytest.raises(IntegrityError, match="taxonomy_relation_related_stored_once"), transaction.atomic():
        Relation.objects.bulk_create([Relation(source=ConceptFactory(), target=one, kind=Relation.Kind.RELATED)])


def test_only_a_broader_term_says_in_what_way(chain):
    row = related(chain[0], ConceptFactory())
    row.broader_kind = Relation.BroaderKind.GENERIC

    assert "taxonomy_relation_broader_kind" in refused(row)


def test_one_preferred_name_for_each_language(db):
    kiosk = ConceptFactory(label="Kiosk")
    Label.objects.create(concept=kiosk, kind=Label.Kind.PREFERRED, text="Ciosg", language="cy")

    with pytest.raises(IntegrityError), transaction.atomic():
        Label.objects.create(concept=kiosk, kind=Label.Kind.PREFERRED, text="Booth")
    with pytest.raises(IntegrityError), transaction.atomic():
        Label.objects.create(concept=kiosk, kind=Label.Kind.PREFERRED, text="Bwth", language="cy")


def test_a_code_stands_once_in_a_scheme_and_no_code_any_number_of_times(db):
    ConceptFactory(notation="12")
    ConceptFactory()
    ConceptFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        ConceptFactory(notation="12")


def test_a_mapping_says_one_thing_of_one_target(db):
    kiosk = ConceptFactory()
    Mapping.objects.create(concept=kiosk, target_uri="https://example.org/1")

    with pytest.raises(IntegrityError), transaction.atomic():
        Mapping.objects.create(concept=kiosk, target_uri="https://example.org/1", kind=Mapping.Kind.BROAD)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mapping.objects.create(concept=kiosk, target_uri="https://example.org/2", confidence=2)


def test_the_english_meaning_stands_in_one_place(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        Note.objects.create(concept=ConceptFactory(), kind=Note.Kind.DEFINITION, text="What it means")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_two_writers_at_once_make_no_circle():
    """Each alone makes none: the second must see what the first has written."""
    one, other = ConceptFactory(), ConceptFactory()
    both_wrote = threading.Barrier(2, timeout=2)
    refusals = []

    def write(low: Concept, high: Concept) -> None:
        try:
            with transaction.atomic():
                Relation.objects.bulk_create([broader(low, high)])
                # Without the lock both come here before either commits; with it, the second still waits to write.
                with contextlib.suppress(threading.BrokenBarrierError):
                    both_wrote.wait()
        except IntegrityError as error:
            refusals.append(str(error))

    at_once(partial(write, one, other), partial(write, other, one))

    assert len(refusals) == 1
    assert CYCLE in refusals[0]
    assert Relation.objects.count() == 1
