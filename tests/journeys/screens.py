"""Finds every kind of screen that links lead to, so that a new one joins the sweep by being linked."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Page

# Wagtail's own screens, files, and what a GET must not touch.
NOT_SCREENS = ("/admin", "/documents/", "/media/", "/static/", "/account/logout")
FILES = (".ics", ".csv", ".xml", ".txt", ".svg", ".png")


def kind_of(path: str) -> str:
    """Screens of one kind share a template: the route's name, or for editors' pages the section and the depth."""
    segments = [segment for segment in path.split("/") if segment]
    try:
        name = resolve(path).view_name
    except Resolver404:
        name = ""
    if name and name != "wagtail_serve":
        return name
    if segments and segments[0] in {"briefing-papers", "case-studies", "events", "demo"}:
        return f"{segments[0]}/{len(segments)}"
    return "information" if segments else "front page"


def is_screen(path: str) -> bool:
    return not path.startswith(NOT_SCREENS) and not path.endswith(FILES) and not path.rstrip("/").endswith("/html")


def links(page: Page, hub: str) -> list[str]:
    """Paths with their queries, of this site only, in the order of the page."""
    addresses = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    found = []
    for address in addresses:
        parts = urlsplit(address)
        if address.startswith(f"{hub}/") and is_screen(parts.path):
            found.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found


def discover(page: Page, hub: str, start: list[str], each: int = 1) -> dict[str, list[str]]:
    """Breadth first from `start`: up to `each` addresses of each kind of screen."""
    found: dict[str, list[str]] = {}
    waiting, seen = list(start), set(start)
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(urlsplit(address).path) + (" with a query" if "?" in address else "")
        if len(found.get(kind, [])) >= each and address not in start:
            continue
        page.goto(address)
        found.setdefault(kind, []).append(address)
        for link in links(page, hub):
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    return found
