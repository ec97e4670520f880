"""Rules about more than one row, kept by triggers that a constraint writes (ADR 0008).

A constraint goes wherever Django makes the table, by migration or straight from the models, so tests without migrations
have it as well.
"""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.ddl_references import Statement, Table
from django.db.models import BaseConstraint

# Both walk the broader relations from one end of the new row to everything above, or below, it.
_UP = """WITH RECURSIVE up(node) AS (
    SELECT NEW.target_id
    UNION SELECT above.target_id FROM %(table)s above JOIN up ON above.source_id = up.node WHERE above.kind = 'broader'
)"""
_UP_AND_DOWN = f"""{_UP}, down(node) AS (
    SELECT NEW.source_id
    UNION SELECT below.source_id FROM %(table)s below JOIN down ON below.target_id = down.node WHERE below.kind = 'broader'
)"""  # noqa: S608 - put together from constants
_CYCLE = f"""NEW.kind = 'broader' AND NEW.source_id IN ({_UP} SELECT node FROM up)"""  # noqa: S608 - put together from constants
# Two ways to stand, asked one after the other: with OR between them no index would serve.
_NEW_BROADER_PARTS_RELATED = f"""NEW.kind = 'broader' AND EXISTS ({_UP_AND_DOWN}
    SELECT 1 FROM up JOIN %(table)s pair ON pair.source_id = up.node AND pair.kind = 'related' JOIN down ON down.node = pair.target_id
    UNION ALL
    SELECT 1 FROM up JOIN %(table)s pair ON pair.target_id = up.node AND pair.kind = 'related' JOIN down ON down.node = pair.source_id
)"""  # noqa: S608 - put together from constants
_NEW_RELATED_IS_ABOVE = f"""NEW.kind = 'related' AND NEW.source_id IN ({_UP} SELECT node FROM up)"""  # noqa: S608 - put together from constants
_NEW_RELATED_IS_BELOW = """NEW.kind = 'related' AND NEW.target_id IN (WITH RECURSIVE higher(node) AS (
    SELECT NEW.source_id
    UNION SELECT above.target_id FROM %(table)s above JOIN higher ON above.source_id = higher.node WHERE above.kind = 'broader'
) SELECT node FROM higher)"""

CYCLE = "taxonomy_relation_no_cycle"
CLASH = "taxonomy_relation_no_clash"
_RULES = [(CYCLE, _CYCLE), *((CLASH, rule) for rule in (_NEW_BROADER_PARTS_RELATED, _NEW_RELATED_IS_ABOVE, _NEW_RELATED_IS_BELOW))]

_SQLITE = "CREATE TRIGGER %(trigger)s AFTER %(event)s ON %(table)s FOR EACH ROW BEGIN %(checks)s END"
# The lock makes two writers take turns, so that neither misses the other's row: a new statement sees what was committed.
# In a table just filled the planner knows no better than to read all of it for each row.
_POSTGRES = """CREATE OR REPLACE FUNCTION %(trigger)s() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $rule$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('%(trigger)s'));
    %(checks)s
    RETURN NULL;
END $rule$;
CREATE TRIGGER %(trigger)s AFTER INSERT OR UPDATE OF source_id, target_id, kind ON %(table)s
    FOR EACH ROW EXECUTE FUNCTION %(trigger)s()"""


class HierarchyConstraint(BaseConstraint):
    """On a table of `source`, `target` and `kind`: no term is, however far up, broader than itself; no two terms of which
    one stands above the other are related (SKOS S27). A breach is an IntegrityError that names CYCLE or CLASH."""

    def __eq__(self, other: object) -> bool:
        """What makes two of them one is how migrations tell that nothing has changed."""
        return self.name == other.name if isinstance(other, HierarchyConstraint) else NotImplemented

    def __hash__(self) -> int:
        return hash((HierarchyConstraint, self.name))

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        """A trigger is no part of the table's own definition: it is written when the table is there."""
        schema_editor.deferred_sql.extend(self._statements(model, schema_editor))
        return None

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        """PostgreSQL only: SQLite makes the table anew and comes by `constraint_sql`."""
        return self._statements(model, schema_editor)[0]

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        return Statement(
            f"DROP TRIGGER {self.name} ON %(table)s; DROP FUNCTION {self.name}()",
            table=Table(model._meta.db_table, schema_editor.quote_name),
        )

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = DEFAULT_DB_ALIAS) -> None:
        """Says nothing of one row: `taxonomy.editing` and the actions check all that change together, and in words."""

    def _statements(self, model: Any, schema_editor: Any) -> list[Statement]:
        table = Table(model._meta.db_table, schema_editor.quote_name)
        if schema_editor.connection.vendor == "postgresql":
            checks = "\n    ".join(
                f"IF {rule} THEN RAISE EXCEPTION '{name}' USING ERRCODE = 'check_violation'; END IF;" for name, rule in _RULES
            )
            return [_statement(_POSTGRES, table, self.name, checks)]
        checks = " ".join(f"SELECT RAISE(ABORT, '{name}') WHERE {rule};" for name, rule in _RULES)
        return [
            _statement(_SQLITE, table, f"{self.name}_{suffix}", checks, event)
            for suffix, event in (("insert", "INSERT"), ("update", "UPDATE OF source_id, target_id, kind"))
        ]


def _statement(template: str, table: Table, trigger: str, checks: str, event: str = "") -> Statement:
    """Only the table's name stays open: SQLite renames tables before it runs what was put off."""
    for word, text in (("checks", checks), ("trigger", trigger), ("event", event)):
        template = template.replace(f"%({word})s", text)
    return Statement(template, table=table)


# --- What is frozen stays so --------------------------------------------------------------------

FROZEN = "taxonomy_release_is_immutable"
_FROZEN_SQLITE = """CREATE TRIGGER %(trigger)s BEFORE UPDATE ON %(table)s FOR EACH ROW WHEN OLD.state = 'released'
BEGIN SELECT RAISE(ABORT, '%(checks)s'); END"""
_FROZEN_POSTGRES = """CREATE OR REPLACE FUNCTION %(trigger)s() RETURNS trigger LANGUAGE plpgsql AS $rule$
BEGIN
    IF OLD.state = 'released' THEN RAISE EXCEPTION '%(checks)s' USING ERRCODE = 'check_violation'; END IF;
    RETURN NEW;
END $rule$;
CREATE TRIGGER %(trigger)s BEFORE UPDATE ON %(table)s FOR EACH ROW EXECUTE FUNCTION %(trigger)s()"""


class FrozenConstraint(HierarchyConstraint):
    """On a table with `state`: a row that is "released" cannot be written again, whoever tries. (Emptying a test's
    tables is deleting, so that is guarded by the model.)"""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FrozenConstraint) and self.name == other.name

    def __hash__(self) -> int:
        return hash((FrozenConstraint, self.name))

    def _statements(self, model: Any, schema_editor: Any) -> list[Statement]:
        table = Table(model._meta.db_table, schema_editor.quote_name)
        if schema_editor.connection.vendor == "postgresql":
            return [_statement(_FROZEN_POSTGRES, table, self.name, FROZEN)]
        return [_statement(_FROZEN_SQLITE, table, self.name, FROZEN)]
