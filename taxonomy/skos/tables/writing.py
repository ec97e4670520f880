"""Terms as a sheet."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from taxonomy.skos.tables.cells import (
    BROADER_COLUMNS,
    MATCH_COLUMNS,
    NAME_COLUMNS,
    NOTE_COLUMNS,
    inert,
    joined,
)
from taxonomy.skos.vocabulary import (
    PREFERRED,
    Entry,
    Vocabulary,
)

LONGEST_CELL = 32_000  # a spreadsheet cuts a cell off after 32,767 characters


@dataclass(frozen=True)
class Column:
    head: str
    cell: Callable[[Entry], str]


def columns_of(vocabulary: Vocabulary) -> list[Column]:
    """Only those that some term fills, in a fixed order."""
    entries = vocabulary.entries.values()
    languages = vocabulary.languages() or ["en"]
    found = [Column("uri", lambda entry: entry.uri), Column("status", lambda entry: entry.status)]
    found.append(Column("notation", lambda entry: entry.notation))
    found += [_texts(head, "names", kind, language) for head, kind in NAME_COLUMNS.items() for language in languages]
    found += [_texts(head, "notes", kind, language) for head, kind in NOTE_COLUMNS.items() for language in languages]
    found += [_links(head, "broader", kind) for head, kind in BROADER_COLUMNS.items()]
    found.append(Column("related", lambda entry: joined(entry.related)))
    found += [_links(head, "mappings", kind) for head, kind in MATCH_COLUMNS.items()]
    found += [
        Column("isReplacedBy", lambda entry: joined(entry.replaced_by)),
        Column("created", lambda entry: entry.created.isoformat() if entry.created else ""),
        Column("modified", lambda entry: entry.modified.isoformat() if entry.modified else ""),
        Column("page", lambda entry: entry.slug),
    ]
    always = {"uri", "status", "prefLabel@en", "definition@en", "broader"}
    return [column for column in found if column.head in always or any(column.cell(entry) for entry in entries)]


def _texts(head: str, part: str, kind: str, language: str) -> Column:
    def cell(entry: Entry) -> str:
        texts = [text.text for text in getattr(entry, part) if text.kind == kind and text.language == language]
        return (texts[0] if texts else "") if kind == PREFERRED else joined(texts)

    return Column(f"{head}@{language}", cell)


def _links(head: str, part: str, kind: str) -> Column:
    return Column(head, lambda entry: joined(uri for uri, its in getattr(entry, part).items() if its == kind))


def rows_of(vocabulary: Vocabulary) -> Iterator[list[str]]:
    columns = columns_of(vocabulary)
    yield [column.head for column in columns]
    for entry in sorted(vocabulary.entries.values(), key=lambda entry: (entry.label.casefold(), entry.uri)):
        yield [inert(column.cell(entry)) for column in columns]


class _Echo:
    def write(self, text: str) -> str:
        return text


def as_csv(vocabulary: Vocabulary) -> Iterator[str]:
    """In pieces; begins with a mark that makes spreadsheets read UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    for row in rows_of(vocabulary):
        yield writer.writerow(row)


def as_xlsx(vocabulary: Vocabulary) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Terms")
    sheet.freeze_panes = "B2"
    for row in _continued(list(rows_of(vocabulary))):
        sheet.append([_text_cell(sheet, value) for value in row])
    written = io.BytesIO()
    book.save(written)
    return _undated(written.getvalue())


def _undated(packed: bytes) -> bytes:
    """The same terms make the same bytes: openpyxl writes the hour into the workbook, and into the archive around it."""
    again = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2000-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return again.getvalue()


def _text_cell(sheet: Any, value: str) -> Any:
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    return cell


def _continued(rows: list[list[str]]) -> Iterator[list[str]]:
    """What is too long for a cell goes on in columns of its own: `scopeNote@en +1`."""
    parts = [max((len(row[at]) for row in rows), default=0) // LONGEST_CELL + 1 for at in range(len(rows[0]))]
    for number, row in enumerate(rows):
        wide: list[str] = []
        for value, count in zip(row, parts, strict=True):
            wide.append(value[:LONGEST_CELL])
            wide += [f"{value} +{part}" if number == 0 else _more(value, part) for part in range(1, count)]
        yield wide


def _more(value: str, part: int) -> str:
    """Behind a mark, so that it neither begins as a formula nor loses an outer space."""
    piece = value[part * LONGEST_CELL : (part + 1) * LONGEST_CELL]
    return f"…{piece}" if piece else ""
