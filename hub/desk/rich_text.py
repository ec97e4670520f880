"""A post's HTML as an editor's rich text, which knows fewer elements: what it lacks becomes plain paragraphs, and no word is lost."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

_SAME = {"p": "p", "ul": "ul", "ol": "ol", "li": "li", "strong": "b", "em": "i"}
_AS_PARAGRAPH = {"h3", "h4", "h5", "h6", "pre", "tr"}
_CELLS = {"td", "th"}


def as_rich_text(html: str) -> str:
    writer = _Writer()
    writer.feed(html)
    writer.close()
    return "".join(writer.written).replace("<p></p>", "")


class _Writer(HTMLParser):
    """`html` is our own (`hub.core.markdown`), so it is well formed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self.links: list[bool] = []
        self.is_pre = False
        self.cells = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in _SAME:
            self.written.append(f"<{_SAME[tag]}>")
        elif tag in _AS_PARAGRAPH:
            self.written.append("<p>")
            self.is_pre, self.cells = tag == "pre", 0
        elif tag in _CELLS:
            self.written.append(" | " if self.cells else "")
            self.cells += 1
        elif tag == "br":
            self.written.append("<br/>")
        elif tag == "a":
            address = dict(attributes).get("href")
            self.links.append(bool(address))
            self.written.append(f'<a href="{escape(address)}">' if address else "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SAME:
            self.written.append(f"</{_SAME[tag]}>")
        elif tag in _AS_PARAGRAPH:
            self.written.append("</p>")
            self.is_pre = False
        elif tag == "a" and self.links.pop():
            self.written.append("</a>")

    def handle_data(self, data: str) -> None:
        if self.is_pre:
            self.written.append("<br/>".join(escape(line) for line in data.strip("\n").split("\n")))
        elif data.strip() or "\n" not in data:  # what stands between elements is no text
            self.written.append(escape(data, quote=False))
