"""Markdown of our own writing to the blocks of a page's body."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import markdown

Block = tuple[str, Any]


def blocks(source: str, title: str) -> list[Block]:
    """Headings, key points (quotes) and tables become blocks of their own; what stands between them is rich text."""
    # Our own files, well formed by construction: no outside text passes this parser.
    root = ET.fromstring(f"<body>{markdown.markdown(source, extensions=['tables'], output_format='xhtml')}</body>")  # noqa: S314
    found: list[Block] = []
    run: list[str] = []
    heading = title

    def close_run() -> None:
        if run:
            found.append(("text", "".join(run)))
            run.clear()

    for element in root:
        element.tail = None
        made = _block(element, heading)
        if made is None:
            run.append(ET.tostring(element, encoding="unicode"))
            continue
        close_run()
        found.append(made)
        if made[0] in {"heading", "subheading"}:
            heading = made[1]
    close_run()
    return found


def _block(element: ET.Element, heading: str) -> Block | None:
    words = "".join(element.itertext()).strip()
    match element.tag:
        case "h1" | "h2":
            return "heading", words
        case "h3" | "h4":
            return "subheading", words
        case "blockquote":
            return "key_point", words
        case "table":
            return "table", _table(element, heading)
    return None


def _table(element: ET.Element, caption: str) -> dict[str, Any]:
    """In the form TypedTableBlock stores."""
    rows = [["".join(cell.itertext()).strip() for cell in row] for row in element.iter("tr")]
    return {
        "caption": caption,
        "table": {
            "columns": [{"type": "text", "heading": heading} for heading in rows[0]],
            "rows": [{"values": row} for row in rows[1:]],
            "caption": "",
        },
    }
