"""Having a copy of one's data, complaining, and closing one's account for good."""

from __future__ import annotations

import json
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PASSWORD
from tests.journeys.test_every_screen import faults
from tests.journeys.test_main_job import ask, mail_to

RUN = time.strftime("%H%M%S")


def show_that_it_is_me(page: Page) -> None:
    if "/reauthenticate/" in page.url:
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Go on").click()


def test_having_a_copy(signed_in: Callable[..., Page], tmp_path: Path) -> None:
    page = signed_in("priya.nair@ambleford.example")
    page.goto("/account/")
    page.get_by_role("link", name="See what the hub holds about you").click()
    expect(page.locator("main")).to_contain_text(re.compile(r"\d+ questions? that you asked"))
    assert faults(page) == []
    page.get_by_role("link", name="Get a copy").click()
    show_that_it_is_me(page)
    expect(page.locator("h1")).to_have_text("A copy of your data")
    assert faults(page) == []

    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download my data").click()

    waiting.value.save_as(tmp_path / "copy.zip")
    with zipfile.ZipFile(tmp_path / "copy.zip") as archive:
        assert archive.testzip() is None
        assert json.loads(archive.read("data.json"))["accounts"]["email"] == "priya.nair@ambleford.example"
        archive.extractall(tmp_path)
    page.goto((tmp_path / "index.html").as_uri())
    expect(page.locator("h1")).to_contain_text("Your data on")
    assert faults(page) == []


def test_a_complaint_from_its_form_to_its_answer(page: Page, signed_in: Callable[..., Page]) -> None:
    address = f"jo-{RUN}@nowhere.example"
    page.goto("/")
    page.get_by_role("contentinfo").get_by_role("link", name="Complaints").click()
    page.get_by_role("button", name="Send the complaint").click()
    assert page.title().startswith("Error: ")
    assert faults(page) == []
    page.get_by_label("What the hub holds or shows about me is wrong").check()
    page.get_by_label("What happened").fill(f"My job title is wrong, run {RUN}.")
    page.get_by_label("Your email address").fill(address)
    page.get_by_role("button", name="Send the complaint").click()
    expect(page.locator("h1")).to_have_text("We have your complaint")
    assert faults(page) == []
    reference = page.url.rstrip("/").rsplit("/", 1)[-1]
    mail_to(page, address, reference)
    expect(page.locator("main")).to_contain_text(reference)

    lynn = signed_in("lynn.ogden@kirkstead.example")
    lynn.goto("/members/complaints/")
    expect(lynn.locator("main")).to_contain_text("days left")
    assert faults(lynn) == []
    lynn.locator("li", has_text=reference).get_by_role("link").first.click()
    expect(lynn.locator("main")).to_contain_text(f"run {RUN}")
    assert faults(lynn) == []
    lynn.get_by_label("Your answer").fill("We have put it right.")
    lynn.get_by_role("button", name="Send the answer").click()

    mail_to(page, address, "Our answer")
    expect(page.locator("main")).to_contain_text("We have put it right.")


def test_closing_an_account(page: Page, signed_in: Callable[..., Page]) -> None:
    """Of somebody whom no other journey needs."""
    email, name = "olu.adeyemi@saltmere.example", "Olu Adeyemi"
    member = signed_in(email)
    thread = ask(member, f"Who has closed a counter and been glad of it, run {RUN}?", "We are about to.")
    expect(member.locator("main")).to_contain_text(name)

    member.goto("/account/")
    member.get_by_role("link", name="Close your account").click()
    show_that_it_is_me(member)
    expect(member.locator("main")).to_contain_text("What stays, without you")
    assert faults(member) == []
    member.get_by_role("button", name="Close my account").click()
    assert member.title().startswith("Error: ")
    member.get_by_label("I have read this").check()
    member.get_by_role("button", name="Close my account").click()
    expect(member.locator("h1")).to_have_text("Your account is closed")
    assert faults(member) == []

    mail_to(page, email, "Your account is closed")
    sign_in_is_refused(page, email)
    page.goto(thread)
    expect(page.locator("main")).to_contain_text("A former member")
    expect(page.locator("main")).not_to_contain_text(name)


def sign_in_is_refused(page: Page, email: str) -> None:
    page.goto("/account/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    expect(page.locator(".error-summary")).to_be_visible()
