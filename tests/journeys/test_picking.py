"""Choosing systems and projects for a question: by keyboard, at the width of a telephone, without script, and out of a draft."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import sign_in

PRIYA = "priya.nair@ambleford.example"
ASK = "/question-time/ask/"
RUN = time.strftime("%H%M%S")


def pick(page: Page, box: str, typed: str, wanted: str) -> None:
    page.get_by_role("combobox", name=box).press_sequentially(typed)
    option = page.get_by_role("option", name=wanted)
    expect(option).to_be_visible()
    while option.get_attribute("aria-selected") == "false":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name=f"{box} you have chosen").get_by_text(wanted, exact=True)).to_be_visible()


def test_systems_and_projects_are_picked_by_keyboard_and_a_mistake_is_told(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PRIYA, width=320)
    page.goto(ASK)
    pick(page, "Systems", "dove", "Dovetail CRM")
    pick(page, "Projects", "chat", "A chatbot for parking questions")
    page.get_by_role("combobox", name="Systems").press_sequentially("Nonesuch")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_label("Your question in one sentence").fill(f"Who joins the two, and how? {RUN}")
    page.get_by_label("The details").fill("We cannot.")
    page.get_by_label("Everyone: anybody on the web").check()
    page.get_by_role("button", name="Post your question").click()

    systems = page.get_by_role("combobox", name="Systems")
    expect(page.get_by_role("alert").or_(page.locator(".error-summary")).first).to_contain_text("We know of no “Nonesuch”.")
    expect(systems).to_have_value("Nonesuch")
    expect(page.get_by_role("list", name="Systems you have chosen")).to_contain_text("Dovetail CRM")
    systems.fill("")
    page.get_by_role("button", name="Post your question").click()
    about = page.get_by_text("About", exact=False).filter(has=page.get_by_role("link", name="Dovetail CRM"))
    expect(about.first).to_contain_text("A chatbot for parking questions")


def test_what_was_picked_comes_back_from_a_draft(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PRIYA)
    page.goto(ASK)
    page.get_by_label("Your question in one sentence").fill(f"A question for later, {RUN}")
    pick(page, "Systems", "dove", "Dovetail CRM")
    pick(page, "Systems", "fallow", "Fallowmere Flow")
    expect(page.get_by_text("Draft saved.")).to_be_visible(timeout=15000)
    page.goto("/question-time/drafts/")
    page.get_by_role("link", name=re.compile(f"later, {RUN}")).click()
    expect(page.get_by_role("list", name="Systems you have chosen").get_by_role("listitem")).to_have_count(2)


def test_without_script_each_name_has_a_line(new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(javascript=False).new_page()
    sign_in(page, PRIYA)
    page.goto(ASK)
    page.get_by_label("Systems").fill("Dovetail CRM\nDovetail Forms")
    page.get_by_label("Your question in one sentence").fill(f"Which of the two? {RUN}")
    page.get_by_label("The details").fill("We pay for both.")
    page.get_by_label("Everyone: anybody on the web").check()
    page.get_by_role("button", name="Post your question").click()
    expect(page.get_by_role("link", name="Dovetail CRM").first).to_be_visible()
    expect(page.get_by_role("link", name="Dovetail Forms").first).to_be_visible()
