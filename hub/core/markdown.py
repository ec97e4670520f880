"""Members' Markdown to safe HTML, once, when it is saved.

markdown-it-py stays linear on hostile input where Python-Markdown is quadratic; nh3 allows what is listed and nothing else.
"""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt

MAX_LENGTH = 20_000  # characters; a long answer has 3,000

_parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": 20}).enable(["table", "strikethrough"])

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
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = _HEADINGS[token.tag]
    return nh3.clean(
        _parser.renderer.render(tokens, _parser.options, {}),
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener ugc",
    )
