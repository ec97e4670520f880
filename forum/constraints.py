"""What happened stays as it was told, kept by a trigger that a constraint writes (as in `taxonomy.constraints`, ADR 0008)."""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.ddl_references import Statement, Table
from django.db.models import BaseConstraint

APPEND_ONLY = "forum_event_append_only"
# Everything but who did it: a person who closes their account leaves.
_TOLD = ("public_id", "kind", "question_id", "answer_id", "comment_id", "at", "details")
_SQLITE = """CREATE TRIGGER %(trigger)s BEFORE UPDATE ON %(table)s FOR EACH ROW WHEN %(changed)s
BEGIN SELECT RAISE(ABORT, '%(name)s'); END"""
_POSTGRES = """CREATE OR REPLACE FUNCTION %(trigger)s() RETURNS trigger LANGUAGE plpgsql AS $rule$
BEGIN
    IF %(changed)s THEN RAISE EXCEPTION '%(name)s' USING ERRCODE = 'check_violation'; END IF;
    RETURN NEW;
END $rule$;
CREATE TRIGGER %(trigger)s BEFORE UPDATE ON %(table)s FOR EACH ROW EXECUTE FUNCTION %(trigger)s()"""


class AppendOnlyConstraint(BaseConstraint):
    """On the table of events: no row is written again, but that `by` may become nobody. (Emptying a test's tables is
    deleting, so that is guarded by the model.)"""

    def __eq__(self, other: object) -> bool:
        """What makes two of them one is how migrations tell that nothing has changed."""
        return self.name == other.name if isinstance(other, AppendOnlyConstraint) else NotImplemented

    def __hash__(self) -> int:
        return hash((AppendOnlyConstraint, self.name))

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        """A trigger is no part of the table's own definition: it is written when the table is there."""
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))
        return None

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        """PostgreSQL only: SQLite makes the table anew and comes by `constraint_sql`."""
        is_postgres = schema_editor.connection.vendor == "postgresql"
        differs = "OLD.{0}::text IS DISTINCT FROM NEW.{0}::text" if is_postgres else "OLD.{0} IS NOT NEW.{0}"
        changed = " OR ".join([*(differs.format(f'"{column}"') for column in _TOLD), "NEW.by_id IS NOT NULL"])
        # Only the table's name stays open: SQLite renames tables before it runs what was put off.
        template = _POSTGRES if is_postgres else _SQLITE
        for word, text in (("trigger", self.name), ("name", APPEND_ONLY), ("changed", changed)):
            template = template.replace(f"%({word})s", text)
        return Statement(template, table=Table(model._meta.db_table, schema_editor.quote_name))

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        table = Table(model._meta.db_table, schema_editor.quote_name)
        if schema_editor.connection.vendor == "postgresql":
            return Statement(f"DROP TRIGGER {self.name} ON %(table)s; DROP FUNCTION {self.name}()", table=table)
        return Statement(f"DROP TRIGGER {self.name}", table=table)

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = DEFAULT_DB_ALIAS) -> None:
        """Nothing to say of a new row."""
