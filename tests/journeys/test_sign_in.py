"""Coming in with a passkey, and seeing where one is signed in: with a virtual authenticator of Chromium's."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import PASSWORD, sign_in
from tests.journeys.test_every_screen import faults

PERSON, OTHER = "priya.nair@ambleford.example", "tom.ridley@ambleford.example"


def put_authenticator_into(page: Page) -> None:
    """As a laptop with a fingerprint reader has one; its owner always agrees."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def show_that_it_is_you(page: Page) -> None:
    if "reauthenticate" in page.url:
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Go on").click()


def sound(page: Page) -> None:
    assert faults(page) == [], page.url


def test_a_passkey_is_set_up_and_signs_in_by_itself(new_context: Callable[..., BrowserContext]) -> None:
    page = new_context().new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "Content Security Policy" in message.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    put_authenticator_into(page)
    sign_in(page, PERSON)

    page.goto("/account/passkeys/")
    sound(page)
    page.get_by_role("link", name="Add a passkey").click()
    sound(page)
    show_that_it_is_you(page)
    page.wait_for_url("**/passkeys/add/")
    page.get_by_label("Name of this passkey").fill("Work laptop")
    sound(page)
    page.get_by_role("button", name="Add the passkey").click()

    page.wait_for_url("**/recovery-codes/")
    expect(page.locator(".codes li")).to_have_count(10)
    sound(page)
    page.goto("/account/passkeys/")
    expect(page.get_by_role("term").filter(has_text="Work laptop")).to_be_visible()
    sound(page)

    page.get_by_role("button", name="Sign out").click()
    page.goto("/account/login/?next=/account/sessions/")
    sound(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/account/sessions/")
    expect(page.get_by_text("This device")).to_be_visible()
    assert complaints == []

    # Away again, so that the next journey finds the account as it was.
    page.goto("/account/passkeys/")
    page.get_by_role("link", name="Remove Work laptop").click()
    page.get_by_role("button", name="Use a passkey").or_(page.get_by_label("Password", exact=True)).first.wait_for()
    show_that_it_is_you(page)
    sound(page)
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("You have none yet")).to_be_visible()


def test_whoever_turns_back_is_told_that_nothing_happened(new_context: Callable[..., BrowserContext]) -> None:
    page = new_context().new_page()
    page.goto("/account/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError')) }")

    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_role("alert")).to_contain_text("Nothing has happened")


def test_an_app_is_offered_with_a_square_to_scan(signed_in: Callable[..., Page]) -> None:
    page = signed_in(OTHER)
    page.goto("/account/second-step/")
    sound(page)

    page.get_by_role("link", name="Add an authenticator app").click()
    show_that_it_is_you(page)
    page.wait_for_url("**/authenticator-app/add/")

    assert page.locator("img.qr").evaluate("image => image.naturalWidth") > 0
    sound(page)


def test_a_code_by_email_is_asked_for(page: Page) -> None:
    page.goto("/account/login/")
    page.get_by_role("link", name="Get a code by email").click()
    sound(page)
    page.get_by_label("Email").fill("nobody.at.all@ambleford.example")
    page.get_by_role("button", name="Send me a code").click()
    sound(page)

    page.get_by_label("Code from the mail").fill("BBBB-BBBB")
    page.locator("main").get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("alert")).to_contain_text("That code does not match")
    sound(page)


def test_everywhere_else_is_signed_out_from_one_place(signed_in: Callable[..., Page]) -> None:
    laptop, phone = signed_in(OTHER), signed_in(OTHER, width=320)
    laptop.goto("/account/sessions/")
    sound(laptop)

    laptop.get_by_role("button", name="Sign out everywhere else").click()
    expect(laptop.get_by_text("You are signed in nowhere else")).to_be_visible()

    phone.goto("/account/")
    assert "/account/login/" in phone.url
