"""Thousands of rows in few statements. What each row holds is made ready before a lock is taken: under it there is little left
to do but to write. Keys that are only known there are put in by their place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db import connection, models

BATCH = 500
# One row, as the database takes it, in the order of `_fields`.
Row = list[Any]
Item = TypeVar("Item")


def _fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """All but the key that the database itself gives."""
    return [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]


def place_of(model: type[models.Model], name: str) -> int:
    return next(place for place, field in enumerate(_fields(model)) if field.name == name)


def rows_of(model: type[models.Model], instances: Iterable[models.Model]) -> list[Row]:
    fields = _fields(model)
    return [[field.get_db_prep_save(field.pre_save(instance, True), connection) for field in fields] for instance in instances]


def insert(model: type[models.Model], rows: Sequence[Row]) -> None:
    """Past save() and its signals. Raises IntegrityError as any insert does."""
    if not rows:
        return  # PostgreSQL's batch of nothing is nothing at a time
    fields = _fields(model)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    head = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES "  # noqa: S608 - names of columns
    one = f"({', '.join(['%s'] * len(fields))})"
    size = min(BATCH, connection.ops.bulk_batch_size(fields, rows))
    with connection.cursor() as cursor:
        for some in batches(rows, size):
            cursor.execute(head + ", ".join([one] * len(some)), [value for row in some for value in row])


def update(model: type[models.Model], names: Sequence[str], instances: Iterable[models.Model]) -> None:
    """As `bulk_update`, which takes many times as long for thousands."""
    fields: list[models.Field[Any, Any]] = [model._meta.get_field(name) for name in names]  # type: ignore[misc]
    quote = connection.ops.quote_name
    told = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    rows = [
        [*(field.get_db_prep_save(getattr(instance, field.attname), connection) for field in fields), instance.pk]
        for instance in instances
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {quote(model._meta.db_table)} SET {told} WHERE id = %s", rows)  # noqa: S608 - names of columns


def turn(model: type[models.Model], name: str, values: dict[int, Any]) -> None:
    """One field of the rows with these keys; in the order of the values, so that a caller can say what goes first."""
    by_value: dict[Any, list[int]] = {}
    for pk, value in values.items():
        by_value.setdefault(value, []).append(pk)
    for value, pks in by_value.items():
        for some in batches(pks):
            model._default_manager.filter(pk__in=some).update(**{name: value})


def delete(model: type[models.Model], pks: Sequence[int]) -> None:
    """Of a model to which nothing else points. Past its signals."""
    for some in batches(pks):
        model._default_manager.filter(pk__in=some)._raw_delete(connection.alias)


def batches(items: Sequence[Item], size: int = BATCH) -> Iterable[Sequence[Item]]:
    return (items[at : at + size] for at in range(0, len(items), size))
