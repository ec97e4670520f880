"""Somebody without an account takes the bulletin, chooses, rests and leaves: on a phone, and with no mouse."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.test_by_keyboard import tab_to
from tests.journeys.test_every_screen import faults
from tests.journeys.test_main_job import mail_to

READER = "reader.of.journeys@nowhere.example"


def press(page: Page, button: str) -> None:
    tab_to(page, wanted=button, most=120)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def test_taking_choosing_resting_and_leaving_by_keyboard_on_a_phone(new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(width=320).new_page()
    page.goto("/bulletin/subscribe/")
    assert faults(page) == []
    tab_to(page, wanted="Your email address")
    page.keyboard.type(READER)
    press(page, "Send me the bulletin")
    expect(page.locator("main")).to_contain_text(READER)
    assert faults(page) == []
    press(page, "Send it again")
    expect(page.locator("h1")).to_have_text("One more step: check your email")

    mail_to(page, READER, "Confirm")
    page.locator("main a[href*='/bulletin/confirm/']").first.click()
    assert page.locator("main").get_by_role("button").count() == 1
    assert faults(page) == []
    press(page, "Yes, send it to me")

    topic = page.get_by_role("checkbox").first
    name = topic.evaluate("box => box.labels[0].innerText.trim()")
    tab_to(page, wanted=name)
    page.keyboard.press("Space")
    press(page, "Save")
    expect(page.get_by_role("checkbox").first).to_be_checked()
    assert faults(page) == []

    page.get_by_role("radio", name="Two months").focus()
    page.keyboard.press("Space")
    press(page, "Start the rest")
    expect(page.locator("main")).to_contain_text("You have a rest from the bulletin until")
    assert faults(page) == []
    press(page, "Start again now")
    expect(page.locator("main")).to_contain_text("The bulletin goes to")

    press(page, "Leave the bulletin")
    expect(page.locator("h1")).to_have_text("You have left the bulletin")
    assert faults(page) == []
    press(page, "That was a mistake: join again")
    expect(page.locator("main")).to_contain_text(f"The bulletin goes to {READER}")


def test_a_member_takes_it_from_their_account_with_one_press(signed_in: Callable[..., Page]) -> None:
    page = signed_in("ben.tranter@penningdale.example", width=320)
    page.goto("/account/")
    page.get_by_role("link", name="Take the bulletin").click()
    assert page.get_by_label("Your email address").input_value() == "ben.tranter@penningdale.example"
    page.get_by_role("button", name="Send me the bulletin").click()
    expect(page.locator("main")).to_contain_text("The bulletin goes to ben.tranter@penningdale.example")
    expect(page.get_by_label("Send me the members' edition")).to_be_checked()
    assert faults(page) == []
