"""Members' Markdown to safe HTML, once, when it is saved.

markdown-it-py stays linear on hostile input where Python-Markdown is quadratic; nh3 allows what is listed and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock, table
from markdown_it.token import Token

MAX_LENGTH = 30_000  # characters; a long answer has 3,000
DEEPEST = 12  # quotes and lists inside each other: each line is read once for each level
MOST_CELLS = 5_000  # of a text's tables: rows too short for theirs are filled up, so a few characters could ask for a million
LONGEST_ADDRESSES = 200_000  # characters of all links of a text: an address defined once can be used ten thousand times
SCHEMES = {"http", "https", "mailto"}
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


def _leads_somewhere(address: str) -> bool:
    """A link of another kind stays as it was typed."""
    scheme = _SCHEME.match(address.strip())
    return scheme is None or scheme[1].lower() in SCHEMES


def _table_of_bearable_size(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Counts every line that is left as one of its rows; a table above the limit, or after others that reach it, stays plain."""
    if start + 2 > end:
        return False
    columns = state.src.count("|", state.bMarks[start + 1], state.eMarks[start + 1]) + 1
    before = state.env.get("cells", 0)
    if columns * (end - start) > MOST_CELLS or before > MOST_CELLS:
        return False
    is_table = table(state, start, end, silent)
    if is_table and not silent:
        state.env["cells"] = before + columns * (state.line - start)
    return is_table


_renderer = RendererHTML()
_parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": DEEPEST}).enable(["table", "strikethrough"])
_parser.validateLink = _leads_somewhere  # type: ignore[assignment,method-assign]  # how markdown-it is told
_parser.block.ruler.at("table", _table_of_bearable_size, {"alt": ["paragraph", "reference"]})

# Headings inside a post begin below the post's own heading.
_TAGS = {"p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "h3", "h4", "h5", "h6"} | {
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
_HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6", "h6": "h6"}


def render(source: str) -> str:
    """Raises ValueError past MAX_LENGTH: forms tell the writer first."""
    if len(source) > MAX_LENGTH:
        raise ValueError(f"More than {MAX_LENGTH} characters of Markdown.")
    tokens = _parser.parse(source)
    room = LONGEST_ADDRESSES
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = _HEADINGS[token.tag]
        if token.children:
            token.children = list(_without_images(token.children))
            room = _shortened(token.children, room)
    return nh3.clean(
        _parser.renderer.render(tokens, _parser.options, {}),
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=SCHEMES,
        link_rel="nofollow noopener ugc",
    )


def _without_images(tokens: Iterable[Token]) -> Iterator[Token]:
    """An image from elsewhere would tell its server who reads: a link of its words stands there, or inside a link only the words."""
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type in {"link_open", "link_close"} else 0
        if token.type != "image":
            yield token
            continue
        words = _renderer.renderInlineAsText(token.children, _parser.options, {})
        text = Token("text", "", 0, content=words or str(token.attrs["src"]))
        attrs: dict[str, Any] = {"href": token.attrs["src"]}
        if title := token.attrs.get("title"):
            attrs["title"] = title
        yield from [text] if depth else [Token("link_open", "a", 1, attrs=attrs), text, Token("link_close", "a", -1)]


def _shortened(tokens: Iterable[Token], room: int) -> int:
    """Links beyond the room lose their address; returns what is left of it."""
    for token in tokens:
        if token.type == "link_open":
            room -= sum(len(str(value)) for value in token.attrs.values())
            if room < 0:
                token.attrs = {}
    return room
