"""Sheets: one row for each term, in CSV and XLSX alike.

A column is named for what it holds, and its language: `prefLabel@en`, `scopeNote@cy`. Several values in a cell stand with
" | " between them; a backslash before "|", a backslash or outer space keeps it as it is. A cell that a spreadsheet would
take for a formula gets an apostrophe in front, which is taken off again when the sheet comes back.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from taxonomy.labels import name_key
from taxonomy.skos.rdf_in import Unreadable, read_date
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

MOST_ROWS = 50_000
MOST_UNPACKED = 200 * 1024 * 1024
LONGEST_CELL = 32_000  # a spreadsheet cuts a cell off after 32,767 characters
_CONTINUED = re.compile(r" \+\d+$")

NAME_COLUMNS = {"prefLabel": "preferred", "altLabel": "alternative", "hiddenLabel": "hidden"}
NOTE_COLUMNS = {
    "definition": "definition",
    "note": "note",
    "scopeNote": "scope",
    "example": "example",
    "historyNote": "history",
    "changeNote": "change",
    "editorialNote": "editorial",
}
BROADER_COLUMNS = {
    "broader": "",
    "broaderGeneric": "generic",
    "broaderPartitive": "partitive",
    "broaderInstantial": "instantial",
}
MATCH_COLUMNS = {f"{kind}Match": kind for kind in ("exact", "close", "broad", "narrow", "related")}
PLAIN_COLUMNS = ("uri", "status", "notation", "related", "isReplacedBy", "created", "modified", "page")
# What people call them: by its name_key without spaces.
ALIASES = {
    **dict.fromkeys(("id", "identifier", "conceptid", "address"), "uri"),
    **dict.fromkeys(("term", "label", "name", "preferredlabel", "preferredname", "preferredterm", "title", "concept"), "prefLabel"),
    **dict.fromkeys(("also", "synonym", "synonyms", "alternativelabel", "alternativelabels", "othernames", "uf"), "altLabel"),
    **dict.fromkeys(("hidden",), "hiddenLabel"),
    **dict.fromkeys(("meaning", "means", "description"), "definition"),
    **dict.fromkeys(("parent", "broaderterm", "bt", "parents"), "broader"),
    **dict.fromkeys(("relatedterm", "relatedterms", "rt", "seealso"), "related"),
    **dict.fromkeys(("scope", "sn"), "scopeNote"),
    **dict.fromkeys(("code", "number"), "notation"),
    **dict.fromkeys(("replacedby",), "isReplacedBy"),
}
_KNOWN = {name.lower(): name for name in (*PLAIN_COLUMNS, *NAME_COLUMNS, *NOTE_COLUMNS, *BROADER_COLUMNS, *MATCH_COLUMNS)}
SINGLE = {"uri", "status", "notation", "created", "modified", "page", "prefLabel"}

# --- Cells --------------------------------------------------------------------------------------

_FORMULA = re.compile(r"'* *[=+\-@\t\r\n]")
_QUOTED = re.compile(r"'+ *[=+\-@\t\r\n]")


def inert(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def as_meant(text: str) -> str:
    return text[1:] if _QUOTED.match(text) else text


def joined(values: Iterable[str]) -> str:
    return " | ".join(map(_kept, sorted(values)))


def _kept(value: str) -> str:
    value = re.sub(r"[\\|]", r"\\\g<0>", value)
    value = re.sub(r"^\s", r"\\\g<0>", value)
    return re.sub(r"\s$", r"\\\g<0>", value)


def parted(cell: str) -> list[str]:
    """The values of a cell; a backslash keeps the character after it where that is one that would not be kept."""
    values, current, keep = [], "", 0
    at = 0
    while at < len(cell):
        char = cell[at]
        if char == "\\" and at + 1 < len(cell) and (cell[at + 1] in "\\|" or cell[at + 1].isspace()):
            current += cell[at + 1]
            at, keep = at + 2, len(current)
        elif char == "|":
            values.append(_trimmed(current, keep))
            current, keep, at = "", 0, at + 1
        elif char.isspace() and not current:
            at += 1
        else:
            current, at = current + char, at + 1
    values.append(_trimmed(current, keep))
    return [value for value in values if value]


def _trimmed(value: str, keep: int) -> str:
    return value[:keep] + value[keep:].rstrip()


# --- Out ----------------------------------------------------------------------------------------


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


# --- In -----------------------------------------------------------------------------------------

Row = tuple[int, list[str]]


def read_csv(text: str) -> Vocabulary:
    text = text.lstrip("\ufeff")
    first = text[: text.find("\n") if "\n" in text else len(text)]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(10_000_000)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise Unreadable(f"This is no sheet of comma-separated values: {error}.") from error
    return _read_rows(rows, lambda row, column: f"row {row}, column “{column}”")


def read_xlsx(data: bytes) -> Vocabulary:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise Unreadable("Unpacked, this workbook is larger than 200 MB. Bring it in in parts.")
        book = load_workbook(io.BytesIO(data), read_only=True)
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable("This workbook cannot be opened. Save it anew as .xlsx, or as CSV.") from error
    sheet = book.worksheets[0]
    rows: list[Row] = []
    formulas = []
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if number > MOST_ROWS + 1:
            break
        rows.append((number, [_cell_text(cell.value) for cell in cells]))
        formulas += [
            f"{get_column_letter(cell.column)}{number}" for cell in cells if cell.value is not None and cell.data_type == "f"
        ]
    vocabulary = _read_rows(rows, None)
    for place in formulas:
        vocabulary.problems.stop("A cell holds a formula. Put the text itself there.", place)
    return vocabulary


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
            entry.mappings |= dict.fromkeys(parted(cell), MATCH_COLUMNS[what])
        elif what in ("related", "isReplacedBy"):
            (entry.related if what == "related" else entry.replaced_by).update(parted(cell))
        else:
            self._read_plain(entry, what, cell.strip(), place)

    def _read_plain(self, entry: Entry, what: str, cell: str, place: str) -> None:
        if what in ("created", "modified"):
            when = read_date(cell)
            if when is None:
                self.problems.warn(f"“{cell[:40]}” is no date that can be read; today's is kept.", place)
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
        elif re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]{1,480}", cell):
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
    what = _KNOWN.get(key) or ALIASES.get(key, "")
    return what, canonical_language(language) if language else "en", told


def is_sheet(text: str) -> bool:
    """Whether the first line reads like heads that we know."""
    first = text.lstrip("\ufeff").partition("\n")[0].strip("\r")
    delimiter = max(",;\t", key=first.count)
    heads = [_head(cell.strip('"'))[0] for cell in first.split(delimiter)]
    return ("prefLabel" in heads or "uri" in heads) and (len(heads) > 1 or "@" in first)
