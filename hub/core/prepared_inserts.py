"""Many rows made ready before anybody waits for the lock: what Django does to a value takes three times as long as writing it.

`bulk_create` prepares and writes in one. Here Django's own INSERT statements are compiled first, and executed when they are wanted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import AutoField, Model
from django.db.models.sql import InsertQuery

AT_ONCE = 500


def reserve_keys(model: type[Model], number: int) -> list[int]:
    """Primary keys that no other row of the table will get, in ascending order. Those that are never used stay a gap."""
    if not number:
        return []
    table, key = model._meta.db_table, model._meta.pk.column
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
            cursor.execute(sequence, [connection.ops.quote_name(table), key, number])
            return sorted(found for (found,) in cursor.fetchall())
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [number, table])
        if not cursor.rowcount:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, number])
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last: int = cursor.fetchone()[0]
        return list(range(last - number + 1, last + 1))


class PreparedInserts:
    """In the order in which they were added. As with `bulk_create`, no signal is sent and `save()` is not called."""

    def __init__(self) -> None:
        self._statements: list[tuple[str, Sequence[Any]]] = []

    def add(self, model: type[Model], rows: Sequence[Model]) -> None:
        """Either all of the rows have a primary key (`reserve_keys`) or none; those without do not learn theirs."""
        if not rows:
            return
        fields = [field for field in model._meta.concrete_fields if not field.generated]
        if rows[0].pk is None:
            fields = [field for field in fields if not isinstance(field, AutoField)]
        most = min(AT_ONCE, connection.ops.bulk_batch_size(fields, rows))
        for start in range(0, len(rows), most):
            query = InsertQuery(model)
            query.insert_values(fields, list(rows[start : start + most]))
            self._statements.extend(query.get_compiler(connection=connection).as_sql())

    def write(self) -> None:
        """Raises what the database raises. Whether all is written or nothing is for the caller's transaction to say."""
        with connection.cursor() as cursor:
            for sql, values in self._statements:
                cursor.execute(sql, values)
