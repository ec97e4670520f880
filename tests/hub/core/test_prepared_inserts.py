from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from hub.core.prepared_inserts import AT_ONCE, PreparedInserts, reserve_keys
from hub.organisations.models import Organisation
from tests.factories.organisations import CouncilFactory

pytestmark = pytest.mark.django_db


def councils(number: int, keys: list[int] | None = None) -> list[Organisation]:
    made = CouncilFactory.build_batch(number)
    for place, council in enumerate(made):
        council.pk = keys[place] if keys else None
    return made


def test_nothing_is_written_before_it_is_wanted():
    inserts = PreparedInserts()
    inserts.add(Organisation, councils(3))
    assert not Organisation.objects.exists()

    inserts.write()

    assert Organisation.objects.count() == 3


def test_they_read_as_what_django_writes():
    plain, prepared = CouncilFactory.build(), CouncilFactory.build()
    for field in Organisation._meta.concrete_fields:
        if not field.unique and not field.primary_key:
            setattr(prepared, field.attname, getattr(plain, field.attname))
    plain.save()
    inserts = PreparedInserts()
    inserts.add(Organisation, [prepared])
    inserts.write()

    written = Organisation.objects.exclude(pk=plain.pk).get()
    plain.refresh_from_db()
    same = [field.attname for field in Organisation._meta.concrete_fields if not field.unique and not field.primary_key]
    assert len(same) > 3
    assert [getattr(written, name) for name in same] == [getattr(plain, name) for name in same]


def test_more_rows_than_one_statement_takes():
    inserts = PreparedInserts()
    inserts.add(Organisation, councils(2 * AT_ONCE + 1))
    inserts.write()

    assert Organisation.objects.count() == 2 * AT_ONCE + 1


def test_no_rows_are_no_statement():
    inserts = PreparedInserts()
    inserts.add(Organisation, [])
    inserts.write()

    assert reserve_keys(Organisation, 0) == []


def test_a_key_that_is_reserved_goes_to_nobody_else():
    before = CouncilFactory()
    keys, more = reserve_keys(Organisation, 3), reserve_keys(Organisation, 2)
    after = CouncilFactory()

    assert keys == sorted(keys)
    assert len({before.pk, *keys, *more, after.pk}) == 7
    inserts = PreparedInserts()
    inserts.add(Organisation, councils(3, keys))
    inserts.write()
    assert set(keys) < set(Organisation.objects.values_list("pk", flat=True))


def test_the_first_keys_of_a_table_in_which_nothing_ever_was():
    keys = reserve_keys(Organisation, 2)
    inserts = PreparedInserts()
    inserts.add(Organisation, councils(2, keys))
    inserts.write()

    assert CouncilFactory().pk not in keys


def test_what_the_database_refuses_is_refused_whole():
    CouncilFactory(slug="ambleford")
    clash = councils(2)
    clash[1].slug = "ambleford"
    inserts = PreparedInserts()
    inserts.add(Organisation, clash)

    with pytest.raises(IntegrityError), transaction.atomic():
        inserts.write()

    assert Organisation.objects.count() == 1
