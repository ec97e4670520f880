"""Lists as comma-separated values that a spreadsheet opens without surprises."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

# A cell that begins so is a formula to a spreadsheet, whoever wrote it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def inert(value: str) -> str:
    return f"'{value}" if value.lstrip(" ").startswith(_FORMULA_STARTS) else value


class _Line:
    """Gives back each line instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The same, line by line, for a list that need not fit into memory."""
    writer = csv.writer(_Line())
    yield "\ufeff" + str(writer.writerow(heads))
    for row in rows:
        yield str(writer.writerow([inert(cell) for cell in row]))


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Begins with a mark that makes spreadsheets read UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return "\ufeff" + text.getvalue()
