"""A thread with script: naming a member by keyboard, what has been read is said, and links are copied."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_every_screen import AXE, RUN

PRIYA = "priya.nair@ambleford.example"
NAMED = "Fiona Dacre"
MINUTE = time.strftime("%H%M%S")


def open_waiting_question(page: Page) -> None:
    page.goto("/question-time/unanswered/")
    page.locator("main :is(h2, h3) a[href^='/question-time/']").last.click()
    page.wait_for_load_state()


@pytest.mark.parametrize("width", [320, 1280])
def test_a_member_is_named_by_keyboard_and_the_preview_is_what_is_posted(signed_in: Callable[..., Page], width: int) -> None:
    page = signed_in(PRIYA, width=width)
    open_waiting_question(page)
    page.get_by_role("link", name="Comment on the question", exact=True).click()
    box = page.get_by_label("Your comment")
    box.focus()
    page.keyboard.type(f"Seen at {MINUTE}, {width} wide.\n\nAsk @dac")
    option = page.get_by_role("option", name=NAMED)
    expect(option).to_be_in_viewport()
    expect(box).to_be_focused()
    page.keyboard.press("ArrowDown")

    expect(option).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate(AXE)
    assert page.evaluate(RUN) == []

    page.keyboard.press("Enter")
    page.keyboard.type("first.")
    expect(box).to_have_value(re.compile(f"Ask @{NAMED} first\\.$"))
    expect(option).to_have_count(0)
    page.get_by_role("button", name="Preview").click()
    preview = page.get_by_role("region", name="Preview")
    expect(preview.get_by_role("link", name=f"@{NAMED}")).to_be_visible()
    seen = preview.inner_html().strip()
    page.get_by_role("button", name="Post your comment").click()

    posted = page.locator(".comment .prose", has_text=f"{MINUTE}, {width} wide")
    expect(posted).to_be_visible()
    assert posted.inner_html().strip() == seen


def test_escape_leaves_the_words_and_the_box_as_they_were(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PRIYA)
    page.goto("/question-time/ask/")
    box = page.get_by_label("The details")
    box.focus()
    page.keyboard.type("Ask @dac")
    expect(page.get_by_role("option", name=NAMED)).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("listbox", name="Members")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(box).to_have_value("Ask @dac\n")
    page.keyboard.type("nobody@dac")
    page.wait_for_timeout(400)
    expect(page.get_by_role("listbox", name="Members")).to_be_hidden()


def test_without_script_the_whole_name_is_typed(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PRIYA, javascript=False)
    open_waiting_question(page)
    page.get_by_role("link", name="Comment on the question", exact=True).click()
    page.get_by_label("Your comment").fill(f"Typed at {MINUTE}: @{NAMED}, perhaps.")
    page.get_by_role("button", name="Post your comment").click()

    posted = page.locator(".comment .prose", has_text=f"Typed at {MINUTE}")
    expect(posted.get_by_role("link", name=f"@{NAMED}")).to_be_visible()


def test_a_thread_says_that_it_was_read_and_its_link_is_copied(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PRIYA)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    with page.expect_response(re.compile("/question-time/[^/]+/read/")) as said:
        open_waiting_question(page)
    assert said.value.status == 204

    page.get_by_role("button", name=re.compile("Copy link.*Link to this question")).click()

    expect(page.get_by_text("The link is copied.")).to_have_count(1)
    copied = page.evaluate("navigator.clipboard.readText()")
    page.goto(copied)
    expect(page.locator("h1")).to_have_count(1)
    assert "/question-time/" in page.url
