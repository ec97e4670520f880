"""What is wrong in one cell of a file that somebody wants to import."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CellProblem:
    """`line` as an editor counts them, from 1; `column` by the name in the file's header."""

    line: int
    column: str
    text: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.text}"
