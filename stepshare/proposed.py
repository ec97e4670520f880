"""A proposed entry's answers: as JSON, as what an action takes, and side by side in words."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from hub.organisations.models import Organisation
from stepshare.models import Installation, Product, Project, ProposedEntry
from taxonomy.models import Concept

CONNECTIONS = ("partners", "products", "concepts")
DAYS = frozenset({"went_live_on", "planned_exit_on", "started_on", "ended_on"})
LONG = frozenset({"body", "lesson"})
# Of the answers that name rows, which rows.
_MODELS: dict[str, type[models.Model]] = {
    "legacy_area": Organisation,
    "partners": Organisation,
    "products": Product,
    "concepts": Concept,
}
# In the order of the forms.
NAMES = {
    "title": "Called",
    "status": "Where it stands",
    "version": "Version",
    "hosting": "Where it runs",
    "users": "How many people use it",
    "used_for": "What it is used for",
    "local_name": "What people call it",
    "legacy_area": "Inherited from",
    "went_live_on": "Went live on",
    "planned_exit_on": "Planned to end on",
    "summary": "In short",
    "phase": "How far it is",
    "seeking": "Looks for",
    "body": "More about it",
    "lesson": "What it taught",
    "partners": "Partner councils",
    "products": "Systems it is about",
    "concepts": "Terms",
    "started_on": "Started on",
    "ended_on": "Ended on",
    "audience": "Who may see it",
}
NOTHING_SAID = "nothing said"


@dataclass(frozen=True)
class Line:
    """One answer. `now` is what is on record; `then` what was when it was sent, given only if that is something else."""

    name: str
    now: str
    proposed: str
    then: str
    is_long: bool


# --- As JSON, and back -------------------------------------------------------------------------------------------------------


def told(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Answers of a form, or of a row, as JSON."""
    return {name: _told(value) for name, value in fields.items()}


def _told(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, models.Model):
        return {"id": value.public_id, "name": value.label if isinstance(value, Concept) else str(value)}  # type: ignore[attr-defined]  # all of ours have one
    if isinstance(value, (list, tuple, models.QuerySet)):
        return sorted((_told(item) for item in value), key=lambda item: (item["name"], item["id"]))
    return value if value is None else str(value)


def on_record(entry: ProposedEntry) -> dict[str, Any]:
    """What stands there now for each answer of a change; nothing for an addition."""
    if entry.is_addition or entry.has_lost_its_thing:
        return {}
    return of_row(entry.project or entry.installation, entry.data)


def of_row(row: Installation | Project | None, names: Iterable[str]) -> dict[str, Any]:
    return told({name: _value(row, name) for name in names})


def _value(row: Installation | Project | None, name: str) -> Any:
    return list(getattr(row, name).all()) if name in CONNECTIONS else getattr(row, name)


def differences(row: Installation | Project, fields: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is asked for that is not so yet, and what stands in its place."""
    wanted, known = told(fields), of_row(row, fields)
    changed = [name for name in wanted if not is_same(wanted[name], known[name])]
    return {name: wanted[name] for name in changed}, {name: known[name] for name in changed}


def is_same(one: Any, other: Any) -> bool:
    """A body that only took another name is the same."""
    return _plain(one) == _plain(other)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return value["id"]
    return {item["id"] for item in value} if isinstance(value, list) else value or ""


def fields_of(entry: ProposedEntry) -> dict[str, Any]:
    """What the actions take: days as dates, references as rows. Rows that have gone since are left out."""
    rows = _rows_named(entry.data)
    return {name: _read(name, value, rows) for name, value in entry.data.items()}


def _read(name: str, value: Any, rows: Mapping[str, Mapping[str, models.Model]]) -> Any:
    if name in DAYS:
        return dt.date.fromisoformat(value) if value else None
    if isinstance(value, dict):
        return rows[name].get(value["id"])
    if isinstance(value, list):
        return [rows[name][item["id"]] for item in value if item["id"] in rows[name]]
    return value


def _rows_named(data: Mapping[str, Any]) -> dict[str, dict[str, models.Model]]:
    found = {}
    for name, model in _MODELS.items():
        if value := data.get(name):
            ids = [item["id"] for item in (value if isinstance(value, list) else [value])]
            found[name] = {row.public_id: row for row in model._default_manager.filter(public_id__in=ids)}  # type: ignore[attr-defined]  # all of ours have one
        else:
            found[name] = {}
    return found


# --- In words ----------------------------------------------------------------------------------------------------------------


def lines(entry: ProposedEntry, known: Mapping[str, Any]) -> list[Line]:
    """`known` is what `on_record` says. An addition leaves out what nothing was said about."""
    model = Project if entry.is_about_project else Installation
    found = []
    for name, label in NAMES.items():
        if name not in entry.data or (entry.is_addition and not entry.data[name]):
            continue
        proposed, then = entry.data[name], entry.before.get(name)
        now = known.get(name)
        moved = bool(known) and not is_same(now, then) and not is_same(now, proposed)
        found.append(
            Line(
                name=label,
                now=in_words(model, name, now),
                proposed=in_words(model, name, proposed),
                then=in_words(model, name, then) if moved else "",
                is_long=name in LONG,
            )
        )
    return found


def in_words(model: type[Installation] | type[Project], name: str, value: Any) -> str:
    if not value:
        return NOTHING_SAID
    if name in DAYS:
        return f"{dt.date.fromisoformat(value):%-d %B %Y}"
    if isinstance(value, dict):
        return str(value["name"])
    if isinstance(value, list):
        return ", ".join(item["name"] for item in value)
    choices = next((field.flatchoices for field in model._meta.local_concrete_fields if field.name == name), [])
    return str(dict(choices).get(value, value))


def mark_of(entry: ProposedEntry, known: Mapping[str, Any]) -> str:
    """Stands for what is shown to whoever decides; another one means that something has changed under their eyes."""
    shown = json.dumps([entry.state, entry.data, known], sort_keys=True)
    return hashlib.sha256(shown.encode()).hexdigest()[:16]
