"""What the columns are called, and how values stand in a cell."""

from __future__ import annotations

import re
from collections.abc import Iterable

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
KNOWN = {name.lower(): name for name in (*PLAIN_COLUMNS, *NAME_COLUMNS, *NOTE_COLUMNS, *BROADER_COLUMNS, *MATCH_COLUMNS)}
SINGLE = {"uri", "status", "notation", "created", "modified", "page", "prefLabel"}

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
