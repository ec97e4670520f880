"""Sheets: one row for each term, in CSV and XLSX alike.

A column is named for what it holds, and its language: `prefLabel@en`, `scopeNote@cy`. Several values in a cell stand with
" | " between them; a backslash before "|", a backslash or outer space keeps it as it is. A cell that a spreadsheet would
take for a formula gets an apostrophe in front, which is taken off again when the sheet comes back.
"""

from __future__ import annotations

from taxonomy.skos.tables.reading import is_sheet, read_csv, read_xlsx
from taxonomy.skos.tables.writing import as_csv, as_xlsx, rows_of

__all__ = ["as_csv", "as_xlsx", "is_sheet", "read_csv", "read_xlsx", "rows_of"]
