"""The journeys of a person who has no mouse: Tab, Enter, Space, Escape; focus is always seen."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.journeys.conftest import PASSWORD

FOCUSED = "document.activeElement"


def focused_text(page: Page) -> str:
    text: str = page.evaluate(f"{FOCUSED}.innerText || {FOCUSED}.getAttribute('aria-label') || {FOCUSED}.name || ''")
    return " ".join(text.split())


def tab_to(page: Page, *, wanted: str, most: int = 80) -> int:
    """Press Tab until something named `wanted` has the focus; every stop on the way must be seen. Returns how many it took."""
    for presses in range(1, most + 1):
        page.keyboard.press("Tab")
        assert page.evaluate(
            f"(() => {{ const s = getComputedStyle({FOCUSED}); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 }})()"
        ), f"focus is not seen on {focused_text(page)!r}"
        if focused_text(page) == wanted or page.evaluate(f"{FOCUSED}.labels?.[0]?.innerText?.trim() || ''") == wanted:
            return presses
    raise AssertionError(f"{wanted!r} was not reached in {most} presses of Tab")


def test_search_and_ask_are_within_two_tabs_of_the_skip_link(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    assert focused_text(page) == "Skip to the content"
    page.keyboard.press("Enter")

    assert tab_to(page, wanted="Ask a question", most=2)
    page.keyboard.press("Tab")
    assert page.evaluate(f"{FOCUSED}.name") == "q"


def test_a_visitor_finds_a_term_by_keyboard(page: Page) -> None:
    page.goto("/a-z/")
    tab_to(page, wanted="Terms that begin with C")
    page.keyboard.press("Enter")
    page.wait_for_url("**/a-z/c/")
    tab_to(page, wanted="Channel shift", most=200)
    page.keyboard.press("Enter")

    page.wait_for_url("**/a-z/channel-shift/")
    assert page.locator("h1").inner_text() == "Channel shift"


def test_a_member_signs_in_and_asks_by_keyboard(page: Page) -> None:
    page.goto("/question-time/ask/")
    page.wait_for_url("**/account/login/?next=**")
    tab_to(page, wanted="Email")
    page.keyboard.type("priya.nair@ambleford.example")
    tab_to(page, wanted="Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.endswith("/question-time/ask/") and "next=" not in url)

    tab_to(page, wanted="Your question in one sentence")
    page.keyboard.type("Who has asked this with the keyboard alone?")
    tab_to(page, wanted="The details")
    page.keyboard.type("It ought to take no mouse at all.")
    while page.evaluate(f"{FOCUSED}.type") != "radio":
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    tab_to(page, wanted="Post your question")
    page.keyboard.press("Enter")

    page.wait_for_url("**/who-has-asked-this-with-the-keyboard-alone/")
    assert page.locator("h1").inner_text() == "Who has asked this with the keyboard alone?"


def test_the_menu_on_a_narrow_screen_opens_and_closes_by_keyboard(new_context: Callable[..., object]) -> None:
    page = new_context(width=320).new_page()  # type: ignore[attr-defined]
    page.goto("/")
    tab_to(page, wanted="Menu")
    page.keyboard.press("Enter")
    assert page.locator("#nav").is_visible()

    page.keyboard.press("Escape")
    assert not page.locator("#nav").is_visible()


def test_a_list_on_a_narrow_screen_is_narrowed_by_keyboard(new_context: Callable[..., object]) -> None:
    page = new_context(width=320).new_page()  # type: ignore[attr-defined]
    page.goto("/question-time/")
    assert not page.get_by_label("Asked by, or of").is_visible()

    tab_to(page, wanted="Narrow the list")
    page.keyboard.press("Enter")
    tab_to(page, wanted="Asked by, or of")
    page.keyboard.type("District")
    tab_to(page, wanted="Show")
    page.keyboard.press("Enter")

    page.wait_for_url("**kind=district**")
    assert page.locator(".chosen").inner_text().startswith("District councils")
