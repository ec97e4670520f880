"""Two ways into a council: with its address at once, and with another address by the word of its lead."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.test_main_job import mail_to

# Of its own in a demo that runs on.
RUN = time.strftime("%H%M%S")
INSIDE, OUTSIDE = f"ines.{RUN}@saltmere.example", f"olive.{RUN}@nowhere.example"
PASSWORD = "eleven new systems"


def sign_up(page: Page, email: str, first_name: str) -> None:
    page.goto("/account/signup/")
    page.get_by_label("First name").fill(first_name)
    page.get_by_label("Last name").fill("Newcomer")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    expect(page.locator("h1")).to_have_text("Check your email")


def confirm_and_sign_in(page: Page, email: str) -> None:
    mail_to(page, email, "onfirm")
    page.locator("main a[href*='/account/confirm-email/']").first.click()
    page.get_by_role("button", name="Yes, confirm it").click()
    page.wait_for_load_state()
    if "/account/login/" in page.url or not page.get_by_role("button", name="Sign out").count():
        page.goto("/account/login/")
        page.get_by_label("Email").fill(email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: "/account/login/" not in url)


def test_an_address_of_the_council_makes_a_member_at_once(new_context: Callable[..., BrowserContext]) -> None:
    page = new_context().new_page()
    sign_up(page, INSIDE, "Ines")
    confirm_and_sign_in(page, INSIDE)

    page.goto("/account/")

    expect(page.locator("main")).to_contain_text("Saltmere Borough Council")
    expect(page.locator("main")).to_contain_text("Member")
    page.goto("/question-time/ask/")
    expect(page.get_by_label("Your question in one sentence")).to_be_visible()


def test_with_another_address_the_lead_approves(new_context: Callable[..., BrowserContext], signed_in: Callable[..., Page]) -> None:
    olive = new_context(width=320).new_page()
    sign_up(olive, OUTSIDE, "Olive")
    confirm_and_sign_in(olive, OUTSIDE)

    # She is asked where she works.
    expect(olive.locator("h1")).to_have_text("Where do you work?")
    olive.get_by_role("link", name="Tell us which council you work for").click()
    olive.get_by_label("Which council do you work for?").fill("Ambleford")
    olive.get_by_label("What you do there").fill("Contact centre adviser")
    olive.get_by_label("How can its people tell that you work there?").fill("Priya Nair trained me.")
    olive.get_by_role("button", name="Ask to join").click()
    expect(olive.locator("main")).to_contain_text("still has to confirm that you work there")

    # Its lead hears of it, looks and approves.
    tom = signed_in("tom.ridley@ambleford.example")
    mail_to(tom, "tom.ridley@ambleford.example", "Olive Newcomer waits to join")
    tom.locator("main a[href*='/members/waiting/']").first.click()
    card = tom.locator("li", has_text=OUTSIDE)
    expect(card).to_contain_text("Priya Nair trained me.")
    card.get_by_role("button", name="Approve Olive Newcomer").click()
    expect(tom.locator("h1")).to_have_text("People of Ambleford District Council")
    expect(tom.locator("main")).to_contain_text("Olive Newcomer")

    # She hears of it and belongs.
    mail_to(olive, OUTSIDE, "You belong to Ambleford District Council")
    olive.goto("/account/")
    expect(olive.locator("main")).to_contain_text("Member, Contact centre adviser")
