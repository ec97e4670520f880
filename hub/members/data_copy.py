"""Somebody's copy of everything the hub holds about them: one zip to read, and to feed to other programs.

- `README.txt`: what is in it;
- `index.html`: the same in words and tables, with `style.css`;
- `data.json`: one key for each part of the hub, for programs;
- `files/`: what they uploaded.

Written app by app and file by file into a file on disk, so that memory does not grow with what somebody wrote.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import slugify

from hub.accounts.models import User
from hub.core import personal_data

LONGEST_CELL = 100
LONGEST_MOMENT = len("2026-05-05T10:00:00.000000+00:00")


def write_copy(user: User, to: IO[bytes], now: dt.datetime) -> None:
    context = {"site_name": settings.WAGTAIL_SITE_NAME, "site_url": settings.SITE_URL, "user": user, "now": now}
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive, tempfile.TemporaryFile() as page:
        archive.writestr("README.txt", render_to_string("members/privacy/copy/README.txt", context))
        archive.writestr("style.css", _style())
        page.write(render_to_string("members/privacy/copy/head.html", context).encode())
        # An archive takes one file at a time, so the page waits beside it: each app is asked once.
        with archive.open("data.json", "w", force_zip64=True) as out:
            for number, (app, data) in enumerate(personal_data.exported(user)):
                name = name_of(app)
                out.write(b",\n" if number else b"{\n")
                out.write(f'"{slugify(name).replace("-", "_")}": '.encode())
                out.writelines(chunk.encode() for chunk in _json(data))
                part = {"name": name, "facts": list(_facts(data)), "tables": list(_tables(data))}
                page.write(render_to_string("members/privacy/copy/part.html", part).encode())
            out.write(b"\n}\n")
        page.write(render_to_string("members/privacy/copy/foot.html", context).encode())
        page.seek(0)
        with archive.open("index.html", "w", force_zip64=True) as out:
            shutil.copyfileobj(page, out)
        for file in personal_data.files(user):
            _add(archive, file)


def name_of(app: str) -> str:
    """ "hub.bulletin" → "Bulletin", as people know it."""
    return next(str(config.verbose_name) for config in apps.get_app_configs() if config.name == app)


def _json(data: dict[str, Any]) -> Iterator[str]:
    """A line for each row: whoever opens it in an editor sees where one ends."""
    encode = json.JSONEncoder(ensure_ascii=False, default=str).encode
    for number, (key, value) in enumerate(data.items()):
        yield f"{',' if number else '{'}\n  {encode(key)}: "
        if isinstance(value, list):
            yield "["
            yield from (f"{',' if row else ''}\n    {encode(each)}" for row, each in enumerate(value))
            yield "\n  ]"
        else:
            yield encode(value)
    yield "\n}"


def _add(archive: zipfile.ZipFile, file: personal_data.HeldFile) -> None:
    """A file that has gone from the disk is no reason to keep somebody from the rest."""
    if not file.storage.exists(file.name):
        return
    with file.storage.open(file.name) as source, archive.open(f"files/{file.path}", "w", force_zip64=True) as out:
        shutil.copyfileobj(source, out)


def _style() -> str:
    path = finders.find("hub/css/copy.css")
    if not path:
        raise FileNotFoundError("hub/css/copy.css")
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - the finder gives a string
        return file.read()


# --- In words ---------------------------------------------------------------------------------------


def _facts(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in data.items():
        if not isinstance(value, list | dict):
            yield _words(key), _shown(value)
        elif isinstance(value, dict):
            yield from ((f"{_words(key)}: {_words(inner).lower()}", _shown(each)) for inner, each in value.items())


def _tables(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A list of rows becomes a table, or a list of entries where somebody wrote at length; what is empty throughout is left out."""
    for key, rows in data.items():
        if isinstance(rows, list) and rows:
            each = [row if isinstance(row, dict) else {key: row} for row in rows]
            shown = [{column: _shown(value) for column, value in row.items()} for row in each]
            columns = [
                column
                for column in dict.fromkeys(column for row in shown for column in row)
                if any(row.get(column) for row in shown)
            ]
            is_long = any(len(value) > LONGEST_CELL for row in shown for value in row.values())
            yield {
                "caption": _words(key),
                "columns": [_words(column) for column in columns],
                "rows": [] if is_long else [[row.get(column, "") for column in columns] for row in shown],
                "entries": [[(_words(column), row[column]) for column in columns if row.get(column)] for row in shown]
                if is_long
                else [],
            }


def _words(key: str) -> str:
    return key.replace("_", " ").capitalize()


def _shown(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(_shown(each) for each in value)
    if isinstance(value, dict):
        return "; ".join(f"{_words(key).lower()}: {_shown(each)}" for key, each in value.items())
    moment = _moment(value) if isinstance(value, str) and len(value) <= LONGEST_MOMENT else None
    return f"{timezone.localtime(moment):%-d %B %Y, %H:%M}" if moment else str(value)


def _moment(text: str) -> dt.datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is not None and timezone.is_aware(moment) else None
