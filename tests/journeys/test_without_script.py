"""Scripts only improve: every journey works where none runs."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect


def test_a_member_previews_and_asks_without_script(signed_in: Callable[..., Page]) -> None:
    page = signed_in("ben.tranter@penningdale.example", javascript=False, width=320)
    page.goto("/question-time/ask/")
    page.get_by_label("Your question in one sentence").fill("Can I ask this with no script at all?")
    page.get_by_label("The details").fill("It ought to be **possible**.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("main strong")).to_have_text("possible")

    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Post your question").click()
    expect(page.locator("h1")).to_have_text("Can I ask this with no script at all?")


def test_a_visitor_filters_searches_and_opens_the_menu_without_script(new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(javascript=False, width=320).new_page()
    page.goto("/")
    page.get_by_role("button", name="Menu").click()
    page.locator("#nav").get_by_role("link", name="STEP Share").click()
    page.get_by_role("link", name="Find a system").or_(page.get_by_role("link", name="Systems")).first.click()
    page.get_by_label("Words").fill("address")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("main")).to_contain_text("Hartswood Gazetteer")

    page.goto("/search/?q=missed+bins")
    expect(page.locator("main")).to_contain_text("Missed bins")


def test_nobody_needs_script_to_take_the_bulletin(new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(javascript=False).new_page()
    page.goto("/bulletin/subscribe/")
    page.get_by_label("Email").fill("no.script@nowhere.example")
    page.get_by_role("button", name="Send me the bulletin").click()

    expect(page.locator("h1")).to_contain_text("mail")
