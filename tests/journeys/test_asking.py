"""Asking: what is similar stands beside the question, and nothing typed is ever lost."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PASSWORD

PRIYA = "priya.nair@ambleford.example"
RUN = time.strftime("%H%M%S")
ASK = "/question-time/ask/"
LIKE = "Garden waste renewals on the web"


def begin(page: Page, title: str) -> None:
    page.goto(ASK)
    page.get_by_label("Your question in one sentence").press_sequentially(title)


def details(page: Page):
    return page.get_by_label("The details")


@pytest.mark.parametrize("width", [320, 1280])
def test_what_is_similar_stands_there_while_one_types_and_may_be_the_answer(signed_in: Callable[..., Page], width: int) -> None:
    page = signed_in(PRIYA, width=width)
    begin(page, LIKE)
    found = page.locator("#similar")

    expect(found.get_by_role("heading", name="Has it been asked before?")).to_be_visible()
    # Typing goes on: the list takes nobody's place.
    expect(page.get_by_label("Your question in one sentence")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found.get_by_role("button", name=re.compile("This answered it")).first.click()

    expect(page.get_by_role("heading", name="Good: one question fewer to wait for")).to_be_visible()
    page.get_by_role("link", name="Ask it all the same").click()
    expect(page.get_by_label("Your question in one sentence")).to_have_value(LIKE)


def test_opening_what_is_similar_loses_nothing(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PRIYA)
    begin(page, LIKE)
    details(page).fill(f"Typed before looking, {RUN}.")
    page.locator("#similar li a").first.click()
    page.wait_for_url(lambda url: ASK not in url)

    page.goto(ASK)

    expect(details(page)).to_have_value(f"Typed before looking, {RUN}.")


def test_without_script_a_button_looks_and_the_question_is_a_draft(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PRIYA, javascript=False)
    page.goto(ASK)
    page.get_by_label("Your question in one sentence").fill(LIKE)
    details(page).fill("Without script.")
    page.get_by_role("button", name="Look for similar questions first").click()

    expect(page.get_by_role("heading", name="Has it been asked before?")).to_be_visible()
    expect(details(page)).to_have_value("Without script.")


def test_a_question_is_asked_by_keyboard_alone(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PRIYA)
    begin(page, f"Asked by keyboard, {RUN}?")
    tab_to(page, "body")
    page.keyboard.press("Control+b")
    page.keyboard.type("Nobody")
    page.keyboard.press("End")
    page.keyboard.type(" knows.")
    tab_to(page, "audience")
    page.keyboard.press("Space")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "Post your question":
            break
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text(f"Asked by keyboard, {RUN}?")
    expect(page.locator(".prose strong").first).to_have_text("Nobody")


def tab_to(page: Page, name: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    raise AssertionError(f"{name} was not reached")


def test_the_row_of_buttons_is_one_stop_and_its_arrows_move(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PRIYA)
    page.goto(ASK)
    details(page).fill("one\ntwo")
    details(page).press("Control+a")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Bold")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="List", exact=True)).to_be_focused()
    page.keyboard.press("Enter")

    expect(details(page)).to_have_value("- one\n- two")


def test_the_preview_is_what_is_posted(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PRIYA)
    begin(page, f"Seen before, {RUN}?")
    details(page).fill(
        "# Head\n\n| a | b |\n|---|---|\n| `1` | **2** |\n\n> quoted @somebody\n\n```\ncode\n```\n\n![pic](https://e.example/x.png)"
    )
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview table")).to_be_visible()
    preview = page.locator(".preview").inner_html().strip()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Post your question").click()

    expect(page.locator("h1")).to_have_text(f"Seen before, {RUN}?")
    assert page.locator("article .prose").first.inner_html().strip() == preview


def test_a_refused_post_keeps_what_was_typed(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PRIYA)
    begin(page, f"Refused at first, {RUN}?")
    details(page).fill("The radio was forgotten.")
    page.get_by_role("button", name="Post your question").click()

    expect(page.locator(".error-summary")).to_be_visible()
    expect(details(page)).to_have_value("The radio was forgotten.")
    page.goto("/question-time/drafts/")
    expect(page.get_by_role("link", name=f"Refused at first, {RUN}?")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_session_that_ended_keeps_what_was_typed(signed_in: Callable[..., Page], javascript: bool) -> None:
    page = signed_in(PRIYA, javascript=javascript)
    page.goto(ASK)
    page.get_by_label("Your question in one sentence").fill(f"Typed too long, {RUN}?")
    details(page).fill("The session ended meanwhile.")
    page.get_by_role("radio").first.check()
    page.context.clear_cookies(name=re.compile("session"))
    page.get_by_role("button", name="Post your question").click()
    sign_in_again(page)

    expect(page.get_by_label("Your question in one sentence")).to_have_value(f"Typed too long, {RUN}?")
    expect(details(page)).to_have_value("The session ended meanwhile.")
    expect(page.get_by_role("radio").first).to_be_checked()


def sign_in_again(page: Page) -> None:
    page.wait_for_url(re.compile("/account/login/"))
    page.get_by_label("Email").fill(PRIYA)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/account/login/" not in url)


def test_a_lost_connection_keeps_what_was_typed_until_it_is_posted_once(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PRIYA)
    page.goto(ASK)
    page.context.set_offline(True)
    page.get_by_label("Your question in one sentence").fill(f"Typed in a tunnel, {RUN}?")
    details(page).fill("No signal.")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Post your question").click()
    page.context.set_offline(False)

    page.goto(ASK)
    expect(details(page)).to_have_value("No signal.")
    expect(page.get_by_role("radio").first).to_be_checked()
    page.get_by_role("button", name="Post your question").click()
    expect(page.locator("h1")).to_have_text(f"Typed in a tunnel, {RUN}?")

    page.goto(ASK)
    page.wait_for_timeout(1000)
    expect(details(page)).to_have_value("")
    page.goto("/question-time/drafts/")
    expect(page.get_by_role("link", name=f"Typed in a tunnel, {RUN}?")).to_have_count(0)


def test_an_answer_typed_without_a_connection_is_there_again(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PRIYA)
    page.goto("/question-time/unanswered/")
    thread = page.locator("main .list h2 a, main .list h3 a").last.get_attribute("href") or ""
    # Not a click: the page has its scripts when this returns, and a page without them keeps nothing.
    page.goto(thread)
    page.context.set_offline(True)
    page.get_by_label("Your answer").fill(f"Answered in a tunnel, {RUN}.")
    page.wait_for_timeout(200)
    page.context.set_offline(False)
    page.goto(thread)

    expect(page.get_by_label("Your answer")).to_have_value(f"Answered in a tunnel, {RUN}.")


@pytest.mark.parametrize("javascript", [True, False])
def test_another_council_says_that_an_answer_worked_and_takes_it_back(signed_in: Callable[..., Page], javascript: bool) -> None:
    page = signed_in("helen.marsh@penningdale.example", javascript=javascript)
    page.goto("/question-time/list/accepted/")
    page.get_by_role("link", name="Is mobile working worth it for a pest control team of four?").click()
    answer = page.locator("section.post.accepted")
    # The demo has one council that tried it.
    expect(answer).to_contain_text("Worked for 1 council")
    expect(answer).not_to_contain_text("yours among them")
    answer.get_by_role("button", name=re.compile(r"^Answer \d+ worked for us$")).click()

    expect(page.get_by_role("status").first).to_contain_text("it worked for your council")
    expect(answer).to_contain_text("Worked for 2 councils, yours among them")
    answer.get_by_role("button", name=re.compile("^No longer say that answer .* worked for us$")).click()

    expect(page.get_by_role("status").first).to_contain_text("your council no longer says so")
    expect(answer).to_contain_text("Worked for 1 council")
    expect(answer).not_to_contain_text("yours among them")


def test_signing_out_leaves_nothing_in_the_browser(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PRIYA)
    page.goto(ASK)
    page.context.set_offline(True)
    details(page).fill("A secret of mine.")
    page.context.set_offline(False)
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('hub-draft:')).length") == 1

    page.get_by_role("button", name="Sign out").click()
    page.wait_for_load_state()

    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('hub-draft:')).length") == 0
