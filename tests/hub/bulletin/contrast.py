"""The contrast of every word of a mail, as WCAG 2.2 reckons it, in the colours that its inline styles and its dark rules give it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br", "hr", "img", "link", "input", "col"}
UNREAD = {"style", "title", "script", "head"}


@dataclass
class Element:
    tag: str
    classes: set[str]
    style: dict[str, str]
    size: float
    colour: str = ""
    ground: str = ""


@dataclass
class Word:
    text: str
    ratio: float
    size: float


@dataclass
class Rule:
    steps: list[str]
    style: dict[str, str]

    def fits(self, path: list[Element]) -> bool:
        """A descendant selector of bare tags and classes: all that our dark rules need."""
        *above, last = self.steps
        if not _is(path[-1], last):
            return False
        rest = iter(path[:-1])
        return all(any(_is(element, step) for element in rest) for step in above)

    @property
    def weight(self) -> tuple[int, int]:
        return sum(step.startswith(".") for step in self.steps), sum(not step.startswith(".") for step in self.steps)


def _is(element: Element, step: str) -> bool:
    return step[1:] in element.classes if step.startswith(".") else step == element.tag


def _style(text: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in text.split(";") if ":" in line)
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs}


def dark_rules(html: str) -> list[Rule]:
    (block,) = re.findall(r"@media \(prefers-color-scheme: ?dark\) ?\{((?:[^{}]*\{[^{}]*\})*)\s*\}", html)
    found = [
        Rule(selector.split(), _style(style))
        for selectors, style in re.findall(r"([^{}]+)\{([^{}]*)\}", block)
        for selector in selectors.split(",")
    ]
    return sorted(found, key=lambda rule: rule.weight)


@dataclass
class Reader(HTMLParser):
    rules: list[Rule]
    path: list[Element] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag, attrs):
        if tag in VOID:
            return
        given = dict(attrs)
        above = self.path[-1] if self.path else None
        style = _style(given.get("style") or "")
        element = Element(tag, set((given.get("class") or "").split()), style, above.size if above else 16.0)
        if size := re.search(r"([\d.]+)px", style.get("font-size", "") or style.get("font", "")):
            element.size = float(size[1])
        element.colour = style.get("color") or (above.colour if above else "#000000")
        element.ground = style.get("background-color") or (above.ground if above else "#ffffff")
        self.path.append(element)
        for rule in self.rules:
            if rule.fits(self.path):
                element.colour = rule.style.get("color", element.colour)
                element.ground = rule.style.get("background-color", element.ground)

    def handle_endtag(self, tag):
        while self.path and self.path.pop().tag != tag:
            pass

    def handle_data(self, data):
        hidden = any(element.tag in UNREAD or element.style.get("display") == "none" for element in self.path)
        if data.strip() and self.path and not hidden:
            here = self.path[-1]
            self.words.append(Word(data.strip(), ratio(here.colour, here.ground), here.size))


def read(html: str, *, dark: bool) -> list[Word]:
    reader = Reader(dark_rules(html) if dark else [])
    reader.feed(re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL))
    return reader.words


def ratio(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour.lstrip("#")[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
