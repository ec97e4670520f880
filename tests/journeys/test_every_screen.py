"""Every screen that links lead to, as each persona: axe finds nothing, nothing scrolls sideways, nothing breaks the policy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import BrowserContext, Page

from tests.journeys.conftest import THEMES, WIDTHS, sign_in
from tests.journeys.screens import discover

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN = "async () => (await axe.run()).violations.map(v => `${v.id}: ${v.help}: ${v.nodes.map(n => n.target).join(' | ')}`)"
PERSONAS = {
    "visitor": "",
    "lead": "tom.ridley@ambleford.example",  # whose screens hold a member's and more
    "facilitator": "lynn.ogden@kirkstead.example",
}
# Screens that no link leads to.
BESIDES = ["/nowhere/", "/search/?q=contact+centre", "/search/?q=zzzzz", "/question-time/?show=accepted"]


def faults(page: Page) -> list[str]:
    """What axe and the ruler find, in both themes at both widths, without loading the page again."""
    page.evaluate(AXE)
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            found += [f"{width} {theme}: {fault}" for fault in page.evaluate(RUN)]
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if beyond > 0:
            found.append(f"{width}: scrolls sideways by {beyond} px")
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


@pytest.mark.parametrize("persona", PERSONAS)
def test_every_screen_a_persona_can_reach_is_sound(new_context: Callable[..., BrowserContext], hub: str, persona: str) -> None:
    page = new_context().new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "Content Security Policy" in message.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    if PERSONAS[persona]:
        sign_in(page, PERSONAS[persona])
    screens = discover(page, hub, ["/", *BESIDES])

    wrong = {}
    for kind, addresses in screens.items():
        for address in addresses:
            response = page.goto(address)
            assert response is not None
            if response.status != (404 if address == "/nowhere/" else 200):
                wrong[address] = [f"answered {response.status}"]
            elif not response.headers.get("content-type", "").startswith("text/html"):
                continue  # for programs, though this browser shows it as text
            elif found := faults(page):
                wrong[f"{kind} {address}"] = found

    print(f"{persona}: {len(screens)} kinds of screen: {', '.join(sorted(screens))}")  # noqa: T201 - the count is a result
    assert len(screens) > 20
    assert not wrong, "\n".join(f"{screen}\n    " + "\n    ".join(found) for screen, found in wrong.items())
    assert complaints == []


ERRORS = {
    "/account/login/": "Sign in",
    "/account/signup/": "Join",
    "/account/password/reset/": None,
    "/bulletin/subscribe/": None,
}


@pytest.mark.parametrize("address", ERRORS)
def test_a_form_with_errors_is_sound_and_says_so(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("main form[method=post] button[type=submit], main form[method=post] button:not([type])").first.click()

    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.matches('.error-summary')")
    assert faults(page) == []


def test_the_ask_form_with_errors_is_sound_and_keeps_what_was_typed(signed_in: Callable[..., Page]) -> None:
    page = signed_in("priya.nair@ambleford.example")
    page.goto("/question-time/ask/")
    page.get_by_label("The details").fill("Words that must not be lost.")
    page.locator("main").get_by_role("button", name="Post your question").click()

    assert page.title().startswith("Error: ")
    assert page.get_by_label("The details").input_value() == "Words that must not be lost."
    assert faults(page) == []


def test_the_page_editor_is_not_blocked_by_its_policy(new_context: Callable[..., BrowserContext], hub: str) -> None:
    page = new_context().new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "Content Security Policy" in message.text else None)
    sign_in(page, "samira.khan@westmarch.example")

    page.goto("/briefing-papers/what-contact-really-costs-by-channel/")
    page.goto(page.locator('a[href^="/admin/pages/"]').first.get_attribute("href"))

    page.locator("[data-draftail-editor-wrapper]").first.wait_for()
    assert complaints == []
