"""Suggesting a term: from a search that brought nothing up, and from a form that asks for terms."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

# Of its own in a demo that runs on, and like no term there is.
WORD = f"Quizzlewick{time.strftime('%H%M%S')}"


def test_from_an_empty_search_to_sent_takes_one_form_of_four_fields(signed_in: Callable[..., Page]) -> None:
    page = signed_in("priya.nair@ambleford.example")
    page.goto(f"/search/?q={WORD}")

    page.locator("main").get_by_role("link", name=f"Suggest “{WORD}” as a term").click()

    expect(page.get_by_label("The term")).to_have_value(WORD)
    assert page.locator("main .field:visible").count() <= 4
    page.get_by_label("Why").fill("I looked for it and found nothing.")
    page.get_by_role("button", name="Send the suggestion").click()
    expect(page.locator("h1")).to_have_text(f"A new term: “{WORD}”")
    expect(page.locator("main")).to_contain_text("to be decided within")


def test_the_picker_needs_no_mouse(signed_in: Callable[..., Page]) -> None:
    page = signed_in("priya.nair@ambleford.example")
    page.goto("/question-time/ask/")
    box = page.locator("#id_concepts_0")
    box.focus()

    page.keyboard.type("digital by def")
    expect(page.get_by_role("option").first).to_contain_text("Channel shift")
    page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "id_concepts_0_option_0")
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name="Terms you have chosen")).to_contain_text("Channel shift")
    expect(box).to_be_focused()

    page.keyboard.type(f"{WORD} two")
    expect(page.get_by_role("option").last).to_have_text(f"Suggest “{WORD} two” as a term")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Suggest it as a term")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name="Terms you have chosen")).to_contain_text(f"{WORD} two (suggested)")
    expect(box).to_be_focused()

    page.keyboard.type("kio")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(box).to_have_value("")
    page.keyboard.press("Backspace")
    expect(page.get_by_role("list", name="Terms you have chosen")).not_to_contain_text(WORD)


def test_without_a_script_the_boxes_stay(signed_in: Callable[..., Page]) -> None:
    page = signed_in("priya.nair@ambleford.example", javascript=False)
    page.goto("/question-time/ask/")

    expect(page.get_by_label("Term 5")).to_be_visible()
    page.goto(f"/a-z/propose/?label={WORD}+three")
    page.get_by_label("Why").fill("We need it.")
    page.get_by_role("button", name="Send the suggestion").click()
    alike, sent = page.get_by_role("button", name="None of these"), page.get_by_role("heading", name=f"A new term: “{WORD} three”")
    expect(alike.or_(sent)).to_be_visible()
    if alike.count():
        alike.click()
    expect(sent).to_be_visible()
