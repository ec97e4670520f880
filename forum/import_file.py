"""A file of questions, answers and comments from elsewhere: bytes in, rows or every problem with its line and column out.

What a row means on this hub (which council, which term, whose address) is `import_plan`'s.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from markdown_it import MarkdownIt

from hub.accounts.models import normalise_email
from hub.core.audience import Audience
from hub.core.cell_problem import CellProblem
from hub.core.markdown import MAX_LENGTH

QUESTION, ANSWER, COMMENT = "question", "answer", "comment"
# As the how-to names them. Capitals, spaces and hyphens in a header do not matter.
REQUIRED = ("kind", "id", "title", "body", "date", "audience")
COLUMNS = (*REQUIRED, "parent id", "author email", "author name", "council", "terms", "systems", "accepted")
LONGEST_KEY, LONGEST_TITLE, LONGEST_NAME = 100, 140, 120
EARLIEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)  # a year before it is a slip
MOST_PROBLEMS = 200

_LONDON = ZoneInfo("Europe/London")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SEPARATORS = re.compile(r"[;\n]")
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)")
# "<name of council>" is no HTML, and reads as it was typed.
_ELEMENTS = frozenset(
    [
        "a",
        "abbr",
        "article",
        "aside",
        "b",
        "big",
        "blockquote",
        "body",
        "br",
        "button",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "dd",
        "del",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "embed",
        "figure",
        "font",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hr",
        "html",
        "i",
        "iframe",
        "img",
        "input",
        "ins",
        "kbd",
        "li",
        "link",
        "main",
        "mark",
        "meta",
        "nav",
        "object",
        "ol",
        "option",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "script",
        "section",
        "select",
        "small",
        "span",
        "strike",
        "strong",
        "style",
        "sub",
        "sup",
        "svg",
        "table",
        "tbody",
        "td",
        "template",
        "textarea",
        "tfoot",
        "th",
        "thead",
        "title",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "video",
    ]
)
_with_html = MarkdownIt("commonmark", {"html": True, "maxNesting": 12})


class ImportProblems(Exception):
    def __init__(self, problems: list[CellProblem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__(str(self))

    def __str__(self) -> str:
        more = len(self.problems) - MOST_PROBLEMS
        lines = [str(problem) for problem in self.problems[:MOST_PROBLEMS]]
        return "\n".join([*lines, f"and {more} more"] if more > 0 else lines)


@dataclass(frozen=True)
class Row:
    """`email` is folded, `at` is in UTC; terms and systems are as they were written."""

    line: int
    kind: str
    key: str
    parent: str
    title: str
    body: str
    email: str
    name: str
    council: str
    at: dt.datetime
    audience: str
    terms: tuple[str, ...]
    systems: tuple[str, ...]
    is_accepted: bool


def quoted(text: str) -> str:
    """A cell in a message: short, on one line, and harmless to the terminal that shows it."""
    plain = "".join(char if char.isprintable() else "·" for char in text)
    return f"“{plain if len(plain) <= 60 else f'{plain[:60]}…'}”"


def read(content: bytes, now: dt.datetime) -> list[Row]:
    """Raises ImportProblems with all that can be told from the file alone."""
    problems: list[CellProblem] = []
    rows: list[Row] = []
    lines: dict[str, int] = {}
    for line, cells in _cells(content, problems):
        row = _Reader(line, cells, problems).row(now)
        first = lines.setdefault(row.key, line)
        if row.key and first != line:
            problems.append(CellProblem(line, "id", f"{quoted(row.key)} stands on line {first} already"))
        rows.append(row)
    if not rows and not problems:
        problems.append(CellProblem(1, "kind", "the file has no rows"))
    if problems:
        raise ImportProblems(problems)
    return rows


def _text(content: bytes) -> str:
    """UTF-8 with or without its mark, or UTF-16 with it, as spreadsheets write "Unicode text"."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16")
    return content.decode("utf-8-sig")


def _cells(content: bytes, problems: list[CellProblem]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line on which it begins, column to cell) of every row of the right shape."""
    try:
        text = _text(content)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        problems.append(CellProblem(line, "all", "not readable: save the file as CSV in UTF-8"))
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        header = [_column(cell) for cell in next(reader, [])]
        problems.extend(CellProblem(1, column, "the column is missing") for column in REQUIRED if column not in header)
        problems.extend(CellProblem(1, column, "the column stands twice") for column in COLUMNS if header.count(column) > 1)
        if problems:
            return
        line = reader.line_num + 1
        for cells in reader:
            if any(cells) and len(cells) != len(header):
                problems.append(CellProblem(line, "all", f"the row has {len(cells)} cells, the header {len(header)}"))
            elif any(cells):
                yield line, dict(zip(header, cells, strict=True))
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(CellProblem(line, "all", f"the row cannot be read: {error}"))


def _column(cell: str) -> str:
    def plain(name: str) -> str:
        return "".join(char for char in name.casefold() if char.isalnum())

    return next((column for column in COLUMNS if plain(column) == plain(cell)), cell)


class _Reader:
    """One row's cells, and what is wrong with them."""

    def __init__(self, line: int, cells: dict[str, str], problems: list[CellProblem]) -> None:
        self.line, self.cells, self.problems = line, cells, problems

    def row(self, now: dt.datetime) -> Row:
        kind = self.one_of("kind", (QUESTION, ANSWER, COMMENT))
        is_question = kind == QUESTION
        row = Row(
            line=self.line,
            kind=kind,
            key=self.short("id", LONGEST_KEY, needed=True),
            parent=self.short("parent id", LONGEST_KEY, needed=kind in (ANSWER, COMMENT)),
            title=self.short("title", LONGEST_TITLE, needed=True) if is_question else "",
            body=self.body(),
            email=self.email(),
            name=self.name(),
            council=self.short("council", 200),
            at=self.date(now),
            audience=self.one_of("audience", tuple(Audience.values), needed=is_question),
            terms=self.several("terms"),
            systems=self.several("systems"),
            is_accepted=self.one_of("accepted", ("yes", "no"), needed=False) == "yes",
        )
        if is_question and row.parent:
            self.wrong("parent id", "a question has none")
        if row.is_accepted and kind != ANSWER:
            self.wrong("accepted", "only an answer is accepted")
        if not is_question and (row.terms or row.systems):
            self.wrong("terms" if row.terms else "systems", "stand with the question")
        return row

    def wrong(self, column: str, text: str) -> None:
        self.problems.append(CellProblem(self.line, column, text))

    def cell(self, column: str) -> str:
        text = self.cells.get(column, "").replace("\r\n", "\n").replace("\r", "\n")
        if found := _CONTROL.search(text):
            self.wrong(column, f"holds a character that no text has (U+{ord(found[0]):04X})")
            return ""
        return text.strip()

    def short(self, column: str, most: int, *, needed: bool = False) -> str:
        text = " ".join(self.cell(column).split())
        if needed and not text and not _CONTROL.search(self.cells.get(column, "")):
            self.wrong(column, "is empty")
        if len(text) > most:
            self.wrong(column, f"has {len(text)} characters; {most} is the most")
        return text

    def one_of(self, column: str, words: tuple[str, ...], *, needed: bool = True) -> str:
        text = self.cell(column)
        word = text.casefold()
        if (text or needed) and word not in words:
            self.wrong(column, f"{quoted(text)} is none of {', '.join(words)}" if text else "is empty")
        return word

    def several(self, column: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(" ".join(part.split()) for part in _SEPARATORS.split(self.cell(column)) if part.strip()))

    def body(self) -> str:
        text = self.cell("body")
        if not text and not _CONTROL.search(self.cells.get("body", "")):
            self.wrong("body", "is empty")
        elif len(text) > MAX_LENGTH:
            self.wrong("body", f"has {len(text):,} characters; {MAX_LENGTH:,} is the most")
        elif tag := _html_in(text):
            self.wrong("body", f"holds HTML (<{tag}>): turn it into Markdown first")
        return text

    def email(self) -> str:
        text = normalise_email(self.cell("author email"))
        if text:
            try:
                validate_email(text)
            except ValidationError:
                self.wrong("author email", f"{quoted(text)} is no email address")
        return text

    def name(self) -> str:
        """Everybody who reads the post reads it."""
        text = self.short("author name", LONGEST_NAME)
        if "@" in text:
            self.wrong("author name", "holds an email address: a name is shown, an address is not")
        return text

    def date(self, now: dt.datetime) -> dt.datetime:
        text = self.cell("date")
        try:
            at = dt.datetime.fromisoformat(text)
            at = (at if at.tzinfo else at.replace(tzinfo=_LONDON)).astimezone(dt.UTC)
        except (ValueError, OverflowError):
            self.wrong("date", f"{quoted(text)} is no date like 2019-03-04 or 2019-03-04T10:30" if text else "is empty")
            return EARLIEST
        if not EARLIEST <= at <= now:
            self.wrong("date", f"{quoted(text)} is {'still to come' if at > now else 'before 1990'}")
        return at


def _html_in(text: str) -> str:
    """The first element of HTML outside code, by its name. Members' Markdown shows HTML as it was typed."""
    if "<" not in text:
        return ""
    for token in _with_html.parse(text):
        for part in (token, *(token.children or ())):
            if part.type in ("html_block", "html_inline"):
                named = (found[1].lower() for found in _TAG.finditer(part.content))
                if element := next((name for name in named if name in _ELEMENTS), ""):
                    return element
    return ""
