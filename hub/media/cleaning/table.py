"""CSV: text in rows, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import re
from io import StringIO

from hub.media.cleaning.refusal import Refused, damaged

# Of characters. Said here too: what `csv` itself allows is one number for the whole process, and others raise it.
LONGEST_CELL = 131_072
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MARKUP = ("<", "%PDF", "{\\rtf")
# Excel's way to start a program from a cell: =program|'arguments'!cell.
_PROGRAM = re.compile(r"[=+\-@].*\|.*!", re.DOTALL)


def rewritten(data: bytes) -> bytes:
    """The same text in UTF-8. Raises Refused."""
    text = _decoded(data)
    if _CONTROL.search(text) or text.lstrip().startswith(_MARKUP):
        raise damaged("a table (CSV)")
    try:
        for row in csv.reader(StringIO(text, newline="")):
            for cell in row:
                _check(cell.lstrip())
    except csv.Error as broken:
        raise damaged("a table (CSV)") from broken
    return (b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b"") + text.encode()


def _decoded(data: bytes) -> str:
    """Excel saves UTF-8 with a mark, UTF-16, or what Windows used before."""
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise damaged("a table (CSV)")


def _check(cell: str) -> None:
    if len(cell) > LONGEST_CELL:
        raise damaged("a table (CSV)")
    if cell.startswith("=") or _PROGRAM.match(cell):
        raise Refused(
            "formula",
            "has a cell that begins with = or starts a program, which a spreadsheet would run. Save it as .xlsx, or paste the values over the formulas.",
        )
