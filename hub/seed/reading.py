"""Reads the demo's text files: TOML for facts, Markdown with TOML front matter for prose."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).parent / "content"


class ContentError(ValueError):
    """Names the file that does not read."""


@dataclass(frozen=True)
class Text:
    """One Markdown file: its name without number and ending, its facts, its words."""

    key: str
    facts: dict[str, Any]
    body: str


@dataclass(frozen=True)
class AnswerText:
    facts: dict[str, Any]
    body: str


def facts(name: str) -> dict[str, Any]:
    """`councils` reads councils.toml."""
    return _toml((CONTENT / f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml")


def texts(folder: str) -> list[Text]:
    """Every Markdown file of a folder, in the order of their names."""
    return [text(path) for path in sorted((CONTENT / folder).glob("*.md"))]


def text(path: Path) -> Text:
    whole = path.read_text(encoding="utf-8")
    parts = whole.split("+++\n", 2)
    if len(parts) != 3 or parts[0].strip():
        raise ContentError(f"{path.name}: begins with no +++ front matter +++")
    return Text(path.stem, _toml(parts[1], path.name), parts[2].strip())


def question(body: str, name: str) -> tuple[str, list[AnswerText]]:
    """The question's own words, and the answers that follow it, each opened by `=== answer`."""
    asked, *rest = body.split("=== answer\n")
    answers = []
    for part in rest:
        front, separator, words = part.partition("\n===\n")
        if not separator:
            raise ContentError(f"{name}: an answer's facts are not closed by ===")
        answers.append(AnswerText(_toml(front, name), words.strip()))
    return asked.strip(), answers


def _toml(source: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as mistake:
        raise ContentError(f"{name}: {mistake}") from mistake
