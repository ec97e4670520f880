"""A page in Chromium, where everything on it is clicked, focused and passed over; and what ran because of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import islice
from typing import TypeVar

from django.test import Client
from playwright.sync_api import Page, Route

from hub.accounts.models import User

T = TypeVar("T")
HOME = "http://hub.example/"
LOADED = ("script", "image", "stylesheet", "font", "media", "xhr", "fetch", "ping", "websocket", "other")

WATCH = """
window.fired = [];
for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = (...said) => { window.fired.push(String(said[0])); };
// A link to another page must not leave this one; a link that is a script does what it does.
addEventListener("click", (event) => {
  const link = event.target.closest && event.target.closest("a[href]");
  if (link && /^(https?|mailto):/.test(link.href)) event.preventDefault();
}, true);
addEventListener("submit", (event) => { if (!/^javascript/i.test(event.target.action)) event.preventDefault(); }, true);
"""
DO_EVERYTHING = """
() => {
  for (const element of document.body.querySelectorAll("*")) {
    for (const name of ["pointerover", "mouseover", "mouseenter"]) element.dispatchEvent(new MouseEvent(name, { bubbles: true }));
    if (element.focus) element.focus();
    if (element.matches("a, button, input, summary, area, [onclick]") && element.click) element.click();
    if (element.tagName.toLowerCase() === "a") element.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
  }
}
"""
FIND_HANDLERS = """
() => {
  const wrong = [];
  const links = ["href", "src", "action", "formaction", "xlink:href", "data", "srcdoc", "poster", "background", "ping"];
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      const plain = value.replace(/[\\u0000-\\u0020\\u00a0\\u2028\\ufeff]/g, "").toLowerCase();
      if (name.startsWith("on") || name === "style" || name === "srcdoc") wrong.push(`${element.tagName} ${name}=${value}`);
      else if (links.includes(name) && /^[a-z+.-]*:/.test(plain) && !/^(https?|mailto):/.test(plain)) wrong.push(`${element.tagName} ${name}=${value}`);
    }
  }
  return wrong;
}
"""
# What runs though nothing around it is taken off too, as templates and the Markdown parser escape it.
ALONE = re.compile(r"&lt;script&gt;alert\(\d+\)&lt;/script&gt;|&lt;\w[^&\"'<>]* on\w+=alert\(\d+\)&gt;")


def show(page: Page, html: str) -> tuple[list[str], list[str]]:
    """What fired, and what was to be loaded that the hub's own frame does not load."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        if route.request.url == HOME and route.request.is_navigation_request():
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
            return
        if not route.request.url.startswith(f"{HOME}static/"):
            asked.append(route.request.url)
        route.abort()

    page.unroute_all()
    page.route("**/*", answer)
    page.goto(HOME)
    page.wait_for_timeout(100)
    page.evaluate(DO_EVERYTHING)
    page.wait_for_timeout(200)
    return page.evaluate("window.fired"), [url for url in asked if not url.endswith("/favicon.ico")]


def assert_nothing_fires(page: Page, html: str, *, ours: frozenset[str] = frozenset()) -> None:
    """`ours`: the styles that a mail carries with it, as `handlers_in` finds them in one of harmless words."""
    fired, asked = show(page, html)

    assert fired == []
    assert asked == []
    wrong = [found for found in page.evaluate(FIND_HANDLERS) if found not in ours]
    assert wrong == []


def assert_would_fire(page: Page, *html: str) -> None:
    """The test of the test: one of the same pages with the escaping taken off what runs alone. Taken off everything, whatever
    happens to stand first might swallow the rest."""
    bare = [ALONE.sub(lambda found: unescape(found[0]), each) for each in html]
    assert any(show(page, changed)[0] for changed, each in zip(bare, html, strict=True) if changed != each)


def handlers_in(page: Page, html: str) -> frozenset[str]:
    show(page, html)
    return frozenset(page.evaluate(FIND_HANDLERS))


def together(pages: Iterable[str], at_once: int = 12) -> Iterator[str]:
    """Some pages as one, for a browser takes longer to open ten than to read them. Each has to be seen to carry what is tried."""
    for some in batched(pages, at_once):
        assert sum("alert(" in page for page in some) > len(some) * 0.8
        yield "".join(some)


def batched(things: Iterable[T], most: int) -> Iterator[list[T]]:
    left = iter(things)
    while some := list(islice(left, most)):
        yield some


def pages_of(client: Client, address: str) -> Iterator[str]:
    """Every page of a list."""
    for number in range(1, 60):
        answer = client.get(address, {"page": number} if "?" not in address else None)
        assert answer.status_code == 200, (address, answer.status_code)
        html = answer.content.decode()
        yield html
        if f"page={number + 1}" not in html or "?" in address:
            return


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="hub.members.backends.SignInBackend")
    return client
