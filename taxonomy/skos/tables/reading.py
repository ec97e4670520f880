"""A sheet, as people write it, as terms."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from taxonomy.labels import name_key
from taxonomy.skos.parsing import Unreadable
from taxonomy.skos.rdf_in import read_date
from taxonomy.skos.tables.cells import (
    ALIASES,
    BROADER_COLUMNS,
    KNOWN,
    MATCH_COLUMNS,
    NAME_COLUMNS,
    NOTE_COLUMNS,
    SINGLE,
    as_meant,
    parted,
)
from taxonomy.skos.vocabulary import (
    CANDIDATE,
    DEPRECATED,
    PREFERRED,
    PUBLISHED,
    Entry,
    Text,
    Vocabulary,
    canonical_language,
    clean,
    one_line,
)
from taxonomy.uris import is_uri

MOST_ROWS = 50_000
MOST_UNPACKED = 200 * 1024 * 1024
_CONTINUED = re.compile(r" \+\d+$")
Row = tuple[int, list[str]]


def read_csv(text: str) -> Vocabulary:
    text = text.lstrip("\ufeff")
    first = text[: text.find("\n") if "\n" in text else len(text)]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(10_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = list(enumerate(reader, start=1))  # as a spreadsheet counts them: a row may take several lines
    except csv.Error as error:
        raise Unreadable(f"This is no sheet of comma-separated values from line {reader.line_num} on: {error}.") from error
    return _read_rows(rows, lambda row, column: f"row {row}, column “{column}”")


def read_xlsx(data: bytes) -> Vocabulary:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise Unreadable("Unpacked, this workbook is larger than 200 MB. Bring it in in parts.")
        book = load_workbook(io.BytesIO(data), read_only=True)
        # Whatever wrote the file may have told its extent wrongly, and what lies beyond would not be read.
        for sheet in book.worksheets:
            sheet.reset_dimensions()
        first, *others = book.worksheets
        rows, formulas, errors = _read_sheet(first)
        unread = [sheet.title for sheet in others if _has_content(sheet)]
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable("This workbook cannot be opened. Save it anew as .xlsx, or as CSV.") from error
    vocabulary = _read_rows(rows, None)
    for place in formulas:
        vocabulary.problems.stop("A cell holds a formula. Put the text itself there.", place)
    for place in errors:
        vocabulary.problems.stop("A cell holds an error of the spreadsheet. Put the text itself there.", place)
    for title in unread:
        vocabulary.problems.warn(
            f"Only the first sheet, “{first.title}”, is read. Another has content, and is left out.", f"“{title}”"
        )
    return vocabulary


def _read_sheet(sheet: ReadOnlyWorksheet) -> tuple[list[Row], list[str], list[str]]:
    """Its rows that hold anything, and the places of formulas and of errors, such as #REF!."""
    rows: list[Row] = []
    places: dict[str, list[str]] = {"f": [], "e": []}
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        row = [_cell_text(cell.value) for cell in cells]
        if any(row):
            rows.append((number, row))
        if len(rows) > MOST_ROWS:
            break
        for cell in cells:
            if cell.value is not None and cell.data_type in places:
                places[cell.data_type].append(f"{get_column_letter(cell.column)}{number}")
    return rows, places["f"], places["e"]


def _has_content(sheet: ReadOnlyWorksheet) -> bool:
    return any(value not in (None, "") for row in sheet.iter_rows(values_only=True) for value in row)


def _cell_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _read_rows(rows: list[Row], place_of: Callable[[int, str], str] | None) -> Vocabulary:
    if len(rows) > MOST_ROWS:
        raise Unreadable(f"The sheet has more than {MOST_ROWS:,} rows. Bring it in in parts.")
    return _SheetReading(rows, place_of).vocabulary


class _SheetReading:
    def __init__(self, rows: list[Row], place_of: Callable[[int, str], str] | None) -> None:
        self.vocabulary = Vocabulary()
        self.problems = self.vocabulary.problems
        self.rows = [(number, row) for number, row in rows if any(cell.strip() for cell in row)]
        self.place_of = place_of
        self.heads = self._read_heads()
        if not self.problems.stop_it:
            for number, row in self.rows[1:]:
                self._read_row(number, row)
            self._resolve()

    def _place(self, number: int, at: int) -> str:
        if self.place_of is None:
            return f"{get_column_letter(at + 1)}{number}"
        return self.place_of(number, self.heads[at][2])

    def _read_heads(self) -> list[tuple[str, str, str]]:
        """(what the column holds or "", its language, its head as it stands)."""
        row = self.rows[0][1] if self.rows else []
        heads = [_head(cell) for cell in row]
        self.heads = heads
        if not any(head[0] == "prefLabel" for head in heads) and not any(head[0] == "uri" for head in heads):
            self.problems.stop("The first row names no column “prefLabel” (or “term”, or “label”) and none “uri”.", "row 1")
        for what, _, told in heads:
            if not what and told.strip():
                self.problems.warn("A column is not known, and is left out.", told)
        return heads

    def _cells(self, row: Sequence[str]) -> Iterator[tuple[int, str]]:
        """With continued ones put together."""
        at = 0
        while at < min(len(row), len(self.heads)):
            cell, follow = row[at], at + 1
            while follow < min(len(row), len(self.heads)) and _CONTINUED.search(self.heads[follow][2]):
                cell += row[follow].removeprefix("…")
                follow += 1
            yield at, clean(as_meant(cell))
            at = follow

    def _read_row(self, number: int, row: Sequence[str]) -> None:
        entry = Entry("", place=f"row {number}")
        self.wanted: list[tuple[str, str, str]] = []
        for at, cell in self._cells(row):
            what, language, _ = self.heads[at]
            if what and cell.strip():
                self._read_cell(entry, what, language, cell, self._place(number, at))
        if not entry.uri and not entry.names:
            self.problems.warn("A row has neither a name nor a URI, and is left out.", entry.place)
            return
        key = entry.uri or f"name:{name_key(entry.label)}"
        if key in self.vocabulary.entries:
            self.problems.stop(f"Two rows are about “{entry.label}”.", entry.place)
            return
        entry.uri = key
        self.vocabulary.entries[key] = entry

    def _read_cell(self, entry: Entry, what: str, language: str, cell: str, place: str) -> None:
        if what in NAME_COLUMNS:
            values = [cell] if what in SINGLE else parted(cell)
            entry.names |= {Text(NAME_COLUMNS[what], language, one_line(value)) for value in values}
        elif what in NOTE_COLUMNS:
            entry.notes |= {Text(NOTE_COLUMNS[what], language, value) for value in parted(cell)}
        elif what in BROADER_COLUMNS:
            entry.broader |= dict.fromkeys(parted(cell), BROADER_COLUMNS[what])
        elif what in MATCH_COLUMNS:
            for target in parted(cell):
                if is_uri(target):
                    entry.mappings[target] = MATCH_COLUMNS[what]
                else:
                    self.problems.warn(
                        "A match leads to no address that can be kept, and is left out.", f"{place}: “{target[:60]}”"
                    )
        elif what in ("related", "isReplacedBy"):
            (entry.related if what == "related" else entry.replaced_by).update(parted(cell))
        else:
            self._read_plain(entry, what, cell.strip(), place)

    def _read_plain(self, entry: Entry, what: str, cell: str, place: str) -> None:
        if what in ("created", "modified"):
            when = read_date(cell)
            if when is None:
                self.problems.warn("This is no date that can be read; today's is kept.", f"{place}: “{cell[:40]}”")
            setattr(entry, what, when)
        elif what == "status":
            if cell.lower() in (PUBLISHED, CANDIDATE, DEPRECATED):
                entry.status = cell.lower()
            else:
                self.problems.stop(f"“{cell[:40]}” is no status. There are published, candidate and deprecated.", place)
        elif what == "page":
            entry.slug = cell if re.fullmatch(r"[\w-]{1,120}", cell) else ""
        elif what == "notation":
            entry.notation = one_line(cell)
        elif is_uri(cell):
            entry.uri = cell
        else:
            self.problems.stop(f"“{cell[:60]}” is no URI. Give each term its whole address, or leave the column out.", place)

    def _resolve(self) -> None:
        resolve_names(self.vocabulary)


def resolve_names(vocabulary: Vocabulary) -> None:
    """References by name or code lead to the terms they name; URIs stay as they are."""
    by_name: dict[str, str] = {}
    for entry in vocabulary.entries.values():
        for name in sorted(entry.names, key=lambda name: name.kind != PREFERRED):
            by_name.setdefault(name_key(name.text), entry.uri)
        if entry.notation:
            by_name.setdefault(name_key(entry.notation), entry.uri)

    def of(reference: str) -> str:
        return reference if reference in vocabulary.entries else by_name.get(name_key(reference), reference)

    for entry in vocabulary.entries.values():
        entry.broader = {of(reference): kind for reference, kind in entry.broader.items()}
        entry.related = {of(reference) for reference in entry.related}
        entry.replaced_by = {of(reference) for reference in entry.replaced_by}


def _head(cell: str) -> tuple[str, str, str]:
    told = cell.strip()
    name, _, language = _CONTINUED.sub("", told).partition("@")
    key = re.sub(r"[\s_]+", "", name.lower()).removeprefix("skos:")
    what = KNOWN.get(key) or ALIASES.get(key, "")
    return what, canonical_language(language) if language else "en", told


def is_sheet(text: str) -> bool:
    """Whether the first line reads like heads that we know."""
    first = text.lstrip("\ufeff").partition("\n")[0].strip("\r")
    delimiter = max(",;\t", key=first.count)
    heads = [_head(cell.strip('"'))[0] for cell in first.split(delimiter)]
    return ("prefLabel" in heads or "uri" in heads) and (len(heads) > 1 or "@" in first)
