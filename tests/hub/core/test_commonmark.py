"""The examples of CommonMark 0.31.2 against what the hub makes of members' Markdown.

They come with the source of markdown-it-py, which `make proofs-markdown` fetches: the specification has a licence of its
own (CC BY-SA 4.0) and is no part of the hub.
"""

from __future__ import annotations

import json
import os
import tarfile
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest

from hub.core.markdown import render

SOURCE = os.environ.get("HUB_COMMONMARK", "")

pytestmark = pytest.mark.skipif(not SOURCE, reason="reads the specification's examples: make proofs-markdown")

# --- What we do otherwise, everywhere --------------------------------------------------------------

HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6", "h6": "h6"}  # they begin below the post's own
REL = ("rel", "nofollow noopener ugc")  # links of members carry no weight, and the other side learns nothing

# --- What we do otherwise in single examples, each with its reason ---------------------------------

RAW_HTML = "Raw HTML is shown as it was typed: nobody's markup becomes part of the page."
SCHEME = "Only addresses of the web and of mail become links; others are shown as they were typed."

EXCLUDED: dict[str, set[int]] = {
    RAW_HTML: {21, 31, *range(148, 192), 201, 308, 309, 344, 475, 476, 477, 491, 494, 524, 536}
    | {613, 614, 615, 616, 617, 623, 625, 626, 627, 628, 629, 630, 631, 642, 643},
    SCHEME: {596, 598, 599, 601},
}


def reason(number: int) -> str | None:
    return next((reason for reason, numbers in EXCLUDED.items() if number in numbers), None)


@cache
def examples() -> list[dict[str, Any]]:
    """As the specification has them; 652 in version 0.31.2."""
    with tarfile.open(SOURCE) as source:
        name = next(name for name in source.getnames() if name.endswith("/test_cmark_spec/commonmark.json"))
        found = source.extractfile(name)
        assert found is not None
        return json.load(found)


class Pieces(HTMLParser):
    """HTML as a list of tags and texts, in which only differences that a reader could meet are left."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Any] = []
        self.in_pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.in_pre += tag == "pre"
        self.found.append(("<", tag, tuple(sorted((name, value or "") for name, value in attrs))))

    def handle_endtag(self, tag: str) -> None:
        self.in_pre -= tag == "pre"
        if tag not in {"br", "hr", "img"}:
            self.found.append((">", tag))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        if self.found and self.found[-1][0] == "text":
            data = self.found.pop()[1] + data
        if self.in_pre or data.strip():
            self.found.append(("text", data))


def pieces(html: str) -> list[Any]:
    reader = Pieces()
    reader.feed(html)
    reader.close()
    return list(_without_room_between_blocks(reader.found))


INLINE = {"a", "em", "strong", "code", "s", "br", "img"}


def _without_room_between_blocks(found: list[Any]) -> Iterator[Any]:
    """Line breaks beside the tags of blocks are no words; those inside <pre> are."""
    in_pre = False
    for place, piece in enumerate(found):
        if piece[0] != "text":
            in_pre = piece[:2] == ("<", "pre") or (in_pre and piece != (">", "pre"))
            yield piece
            continue
        text = piece[1]
        before, after = found[place - 1] if place else None, found[place + 1] if place + 1 < len(found) else None
        if not in_pre and (before is None or before[1] not in INLINE):
            text = text.lstrip("\n")
        if not in_pre and (after is None or after[1] not in INLINE):
            text = text.rstrip("\n")
        yield ("text", text)


def ours(html: str) -> list[Any]:
    """The specification's HTML, with what we do otherwise everywhere."""
    return list(_ours(pieces(html)))


def _ours(found: list[Any]) -> Iterator[Any]:
    depth = 0
    for piece in found:
        kind, tag, *rest = piece
        if kind == "text":
            yield piece
            continue
        attrs = dict(rest[0]) if rest else {}
        depth += {"<": 1, ">": -1}[kind] if tag == "a" else 0
        if tag == "img":
            yield from _link_for_image(attrs, inside_a_link=bool(depth))
        elif kind == ">":
            yield (">", HEADINGS.get(tag, tag))
        else:
            if tag == "a":
                attrs |= [REL]
            if tag == "code":
                attrs.pop("class", None)  # of which language it is: nothing here colours code
            yield ("<", HEADINGS.get(tag, tag), tuple(sorted(attrs.items())))


def _link_for_image(attrs: dict[str, str], *, inside_a_link: bool) -> Iterator[Any]:
    """An image from elsewhere would tell its server who reads: a link of its words stands there."""
    words = ("text", attrs.pop("alt", "") or attrs.get("src", ""))
    if inside_a_link:
        yield words
        return
    attrs = {"href" if name == "src" else name: value for name, value in attrs.items()} | dict([REL])
    yield ("<", "a", tuple(sorted(attrs.items())))
    yield words
    yield (">", "a")


def joined(found: list[Any]) -> list[Any]:
    """Texts that stand side by side are one."""
    together: list[Any] = []
    for piece in found:
        if piece[0] == "text" and together and together[-1][0] == "text":
            piece = ("text", together.pop()[1] + piece[1])
        together.append(piece)
    return together


def agrees(example: dict[str, Any]) -> bool:
    return joined(pieces(render(example["markdown"]))) == joined(ours(example["html"]))


def test_all_examples_are_there():
    assert len(examples()) == 652


def test_every_example_renders_as_the_specification_says_but_for_what_is_excluded():
    wrong = [example["example"] for example in examples() if not reason(example["example"]) and not agrees(example)]

    assert not wrong


def test_every_exclusion_is_needed():
    needless = [example["example"] for example in examples() if reason(example["example"]) and agrees(example)]

    assert not needless


def test_an_excluded_example_brings_in_no_element_of_its_own():
    made_by_markdown = {"p", "pre", "code", "a", "em", "strong", "ul", "li", "blockquote", "br", "hr", "h3", "h4", "h5", "h6"}
    for example in examples():
        if reason(example["example"]):
            tags = {piece[1] for piece in pieces(render(example["markdown"])) if piece[0] == "<"}
            assert tags <= made_by_markdown, example


def test_no_example_is_excluded_for_two_reasons():
    assert sum(map(len, EXCLUDED.values())) == len(set().union(*EXCLUDED.values()))
