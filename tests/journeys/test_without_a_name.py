"""Asked without a name, by keyboard alone at 320 px: it waits, a facilitator lets it through at the desk, others answer, and the
asker replies as "Asker". No page that anybody else sees names them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.test_by_keyboard import tab_to

ASKER, NAME, COUNCIL = "helen.marsh@penningdale.example", "Helen Marsh", "Penningdale"
FACILITATOR = "lynn.ogden@kirkstead.example"
OTHER = "priya.nair@ambleford.example"
TITLE = f"Whose budget paid when the portal failed, {time.strftime('%H%M%S')}?"
LEAVE_OUT = "Leave out my name and my council"


def test_from_the_asking_to_the_askers_reply(page: Page, signed_in: Callable[..., Page]) -> None:
    asker, desk, other = signed_in(ASKER, width=320), signed_in(FACILITATOR), signed_in(OTHER, width=320)
    _ask_by_keyboard(asker)
    expect(asker.get_by_role("heading", name="Written without your name")).to_be_visible()
    mine = asker.locator(".unnamed", has_text=TITLE)
    expect(mine).to_contain_text("Waits for a facilitator")
    asker.goto("/question-time/list/mine/")
    expect(asker.get_by_text(TITLE)).to_have_count(0)

    waiting = _find_at_the_desk(desk, TITLE)
    assert "Written without a name" in waiting
    assert not _names_the_asker(waiting)
    _let_through(desk)

    for somebody in (page, other):
        somebody.goto("/question-time/")
        somebody.get_by_role("link", name=TITLE).click()
        expect(somebody.locator(".thread .meta").first).to_contain_text("Asked by Asker")
    other.get_by_label("Your answer").fill("Ours: the service's own.")
    other.get_by_role("button", name="Post your answer").click()
    expect(other.get_by_role("heading", name=re.compile("Answer 1 from Priya Nair"))).to_be_visible()

    asker.goto("/question-time/unnamed/")
    asker.get_by_role("link", name=TITLE).click()
    tab_to(asker, wanted="Your answer", most=150)
    asker.keyboard.type("Then we were not the only ones.")
    # Nobody has to think of it twice.
    expect(asker.get_by_label(LEAVE_OUT)).to_be_checked()
    tab_to(asker, wanted="Post your answer")
    asker.keyboard.press("Enter")
    expect(asker.locator(".unnamed", has_text=f"Answer to {TITLE}")).to_contain_text("Waits for a facilitator")

    assert not _names_the_asker(_find_at_the_desk(desk, "Then we were not the only ones."))
    _let_through(desk)

    for somebody in (page, other, desk):
        somebody.goto(asker.locator(".unnamed h2 a", has_text=TITLE).first.get_attribute("href") or "")
        expect(somebody.get_by_role("heading", name="Answer 2 from Asker")).to_be_visible()
        assert not _names_the_asker(somebody.locator(".thread").inner_html())
        assert NAME not in somebody.content()
    for address in ("/question-time/", "/question-time/feeds/all/"):
        assert NAME not in page.request.get(address).text()


def _ask_by_keyboard(page: Page) -> None:
    page.goto("/question-time/ask/")
    tab_to(page, wanted="Your question in one sentence", most=120)
    page.keyboard.type(TITLE)
    tab_to(page, wanted="The details")
    page.keyboard.type("Nobody here wants to say.")
    while page.evaluate("document.activeElement.type") != "radio":
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    tab_to(page, wanted=LEAVE_OUT)
    page.keyboard.press("Space")
    tab_to(page, wanted="Post your question")
    page.keyboard.press("Enter")


def _find_at_the_desk(desk: Page, text: str) -> str:
    """In the one queue; returns what its page says of it."""
    desk.goto("/desk/")
    for link in desk.locator(".desk-list h3 a").all():
        address = link.get_attribute("href") or ""
        if "/held-" in address and text in (told := desk.request.get(address).text()):
            desk.goto(address)
            return told[told.index("<main") : told.index("</main>")]
    raise AssertionError(f"{text!r} is not in the queue")


def _let_through(desk: Page) -> None:
    desk.get_by_role("radio", name="Post it", exact=True).check()
    desk.get_by_role("button", name="Decide", exact=True).click()
    expect(desk.get_by_text("You can undo it under").first).to_be_visible()


def _names_the_asker(html: str) -> bool:
    return NAME in html or COUNCIL in html or "helen" in html.lower()
