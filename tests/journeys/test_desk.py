"""A visitor reports an answer; a facilitator is on it, decides and undoes. At 320 px, without script, and by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

FACILITATOR = "lynn.ogden@kirkstead.example"
FEW_TABS = 80  # in a page with its header, links and forms


def report_an_answer(page: Page, text: str) -> None:
    page.goto("/question-time/")
    page.locator("main .list h2 a, main .list h3 a").first.click()
    page.get_by_role("link", name="Report something wrong with this question").click()
    page.get_by_label("A fact is wrong or out of date").check()
    page.get_by_label("What did you see?").fill(text)
    page.get_by_role("button", name="Send the report").click()


@pytest.mark.parametrize("options", [{"width": 320}, {"javascript": False}], ids=["narrow", "without script"])
def test_from_a_report_to_a_decision_and_back(new_context, signed_in, options):
    text = f"The figure is for two years: {options}"
    visitor = new_context(**options).new_page()
    report_an_answer(visitor, text)
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Thank you. We have your report")
    reference = visitor.locator("dd b").inner_text()

    desk = signed_in(FACILITATOR, **options)
    desk.goto(f"/desk/report/{reference}/")
    expect(desk.get_by_text(text)).to_be_visible()
    desk.get_by_role("button", name="I am on it").click()
    expect(desk.get_by_text("You are on it until").last).to_be_visible()
    desk.get_by_label("Why, in a sentence or two").fill("Thank you, Priya.")
    desk.get_by_label("Words that fit many cases").select_option(label="Corrected")
    desk.get_by_role("button", name="Put these words in the box").click()
    expect(desk.get_by_label("Why, in a sentence or two")).to_have_value(
        "Thank you, Priya.\n\nYou were right. It is corrected now. Thank you for telling us."
    )
    desk.get_by_label("I have put it right").check()
    desk.get_by_role("button", name="Decide", exact=True).click()
    visitor.reload()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("We have looked at your report")

    desk.locator("section", has=desk.locator("#done")).get_by_role("button", name="Undo").first.click()
    expect(desk.get_by_text("Undone. It waits again.")).to_be_visible()
    visitor.reload()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Thank you. We have your report")
    assert desk.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_deciding_by_keyboard_alone(page, signed_in):
    report_an_answer(page, "By keyboard.")
    reference = page.locator("dd b").inner_text()
    desk = signed_in(FACILITATOR)
    desk.goto(f"/desk/report/{reference}/")

    tab_to(desk, 'input[name="decision"]')
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowDown")
    tab_to(desk, 'textarea[name="reason"]')
    desk.keyboard.type("It is fair.")
    tab_to(desk, "main form button:not([name])")
    desk.keyboard.press("Enter")

    expect(desk.get_by_text("You can undo it under").first).to_be_visible()


def tab_to(page: Page, selector: str) -> None:
    for _ in range(FEW_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"The keyboard does not get to {selector}.")
