"""The hub's main job, from a visitor's first look to a subscriber's mail."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

OPEN = "Who has moved garden waste renewals to the web and kept the money coming in?"
ANSWERED = "Does anybody answer the phone in the second language of the caller's choice?"
# Of its own in a demo that runs on.
RUN = time.strftime("%H%M%S")
READER = f"reader-{RUN}@nowhere.example"
PAPER = f"What we learned from a year of web chat, run {RUN}"


def ask(page: Page, title: str, details: str) -> str:
    page.goto("/question-time/")
    page.get_by_role("link", name="Ask a question").first.click()
    page.get_by_label("Your question in one sentence").fill(title)
    page.get_by_label("The details").fill(details)
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Post your question").click()
    expect(page.locator("h1")).to_have_text(title)
    return page.url


def publish_a_paper(page: Page) -> str:
    """In Wagtail, as an editor does it."""
    page.goto("/briefing-papers/")
    page.get_by_role("link", name="Write a new paper").click()
    page.locator("#id_title").fill(PAPER)
    page.locator("#id_summary").fill("Three councils kept count of every conversation for twelve months.")
    page.get_by_title("Insert a block").first.click()
    page.get_by_role("option", name="Heading", exact=True).click()
    page.locator("input[name='body-0-value']").fill("What we counted")
    publish = page.get_by_role("button", name="Publish", exact=True)
    if not publish.is_visible():
        page.get_by_role("button", name="More actions").click()
    publish.click()
    page.wait_for_url(re.compile(r"/admin/pages/\d+/"))
    page.goto("/briefing-papers/")
    page.get_by_role("link", name=PAPER).click()
    expect(page.locator("h1")).to_have_text(PAPER)
    return page.url


def mail_to(page: Page, address: str, subject: str) -> None:
    """Open the newest mail to somebody; the worker hands over within seconds."""
    for _ in range(60):
        page.goto("/demo/mail/")
        row = page.locator("tr", has_text=address).filter(has_text=subject).first
        if row.count():
            row.get_by_role("link").click()
            return
        time.sleep(1)
    raise AssertionError(f"No mail “{subject}” to {address} within a minute")


def test_the_main_job(hub: str, page: Page, signed_in: Callable[..., Page], new_context: Callable[..., object]) -> None:
    # A visitor reads a term.
    page.goto("/")
    page.get_by_role("link", name="Terms that begin with C").click()
    page.locator("main").get_by_role("link", name="Channel shift", exact=True).first.click()
    expect(page.locator("h1")).to_have_text("Channel shift")
    expect(page.locator("main")).to_contain_text("What contact really costs, by channel")

    # A member asks twice, another answers one of the two, and the asker accepts it.
    priya, helen = signed_in("priya.nair@ambleford.example"), signed_in("helen.marsh@penningdale.example")
    open_question = ask(priya, OPEN, "Renewals fell by a tenth when we tried.")
    answered = ask(priya, ANSWERED, "We have Polish and Urdu speakers on different days.")
    helen.goto(answered)
    helen.get_by_label("Your answer").fill("A rota and a call-back within the day. It costs **nothing** but the rota.")
    helen.get_by_role("button", name="Post your answer").click()
    expect(helen.locator("main")).to_contain_text("A rota and a call-back within the day.")
    helen.goto(open_question)
    helen.get_by_role("button", name="My council needs this too").click()
    expect(helen.locator("main")).to_contain_text("2 councils wait for an answer")
    priya.goto(answered)
    priya.get_by_role("button", name="Accept answer 1").click()
    expect(priya.locator("main")).to_contain_text("Accepted")

    # An editor publishes.
    editor = signed_in("samira.khan@westmarch.example")
    publish_a_paper(editor)

    # A subscriber asks for the bulletin and confirms.
    subscriber: Page = new_context().new_page()  # type: ignore[attr-defined]
    subscriber.goto("/bulletin/subscribe/")
    subscriber.get_by_label("Email").fill(READER)
    subscriber.get_by_role("button", name="Send me the bulletin").click()
    mail_to(subscriber, READER, "bulletin")
    subscriber.locator("main a[href*='/bulletin/confirm/']").first.click()
    subscriber.get_by_role("button", name="Yes, send it to me").click()

    # A facilitator composes the bulletin and sends it.
    lynn = signed_in("lynn.ogden@kirkstead.example")
    lynn.goto("/bulletin/")
    lynn.get_by_role("link", name="Compose").first.click()
    lynn.get_by_role("button", name="Start the next issue").click()
    issue = lynn.locator("h1").inner_text()
    expect(lynn.locator("main")).to_contain_text(PAPER)
    if OPEN not in lynn.locator("main").inner_text():
        lynn.get_by_label("Words of its title").fill(open_question)
        lynn.get_by_role("button", name="Find or add it").click()
    expect(lynn.locator("main")).to_contain_text(OPEN)
    lynn.get_by_label("Opening").fill("A short one this time.")
    # Before the events in it are over: the gate would say so.
    lynn.get_by_label("Day it goes").fill(f"{dt.datetime.now(dt.UTC) + dt.timedelta(days=1):%Y-%m-%d}")
    lynn.get_by_role("button", name="Save", exact=True).last.click()
    expect(lynn.frame_locator("iframe[name='the-mail']").locator("body")).to_contain_text("A short one this time.")
    lynn.get_by_role("link", name="Dark", exact=True).click()
    expect(lynn.frame_locator("iframe[name='the-mail']").locator("h1")).to_have_css("color", "rgb(230, 236, 238)")
    lynn.get_by_role("button", name="Save and go on to approval").click()
    expect(lynn.locator("main")).to_contain_text("Ready to go")
    lynn.get_by_role("button", name=re.compile("Approve and send it now to .* people")).click()

    # The bar fills by itself; the proof adds up.
    expect(lynn.locator("main")).to_contain_text("It goes in a moment")
    for _ in range(60):
        lynn.get_by_role("link", name="Look again").click()
        if lynn.locator("progress").count():
            break
        time.sleep(1)
    expect(lynn.locator("progress")).to_have_attribute("value", "100", timeout=60_000)
    expect(lynn.locator("main")).to_contain_text("The counts balance")
    lynn.get_by_role("link", name=re.compile("Proof")).click()
    expect(lynn.locator("main")).to_contain_text(READER)
    expect(lynn.locator("main")).to_contain_text("The counts balance.")

    # The subscriber's mail holds the event, the new page and the open question, and not the answered one.
    mail_to(subscriber, READER, issue)
    mail = subscriber.locator("main").inner_text()
    assert "Bring your cost per contact" in mail
    assert PAPER in mail
    assert OPEN in mail
    assert ANSWERED not in mail

    # It stands in the archive, and what was published is found.
    subscriber.goto(f"/bulletin/{issue.rsplit(maxsplit=1)[-1]}/")
    expect(subscriber.locator("main")).to_contain_text(PAPER)
    for _ in range(30):
        subscriber.goto("/search/?q=garden+waste+renewals")
        if OPEN in subscriber.locator("main").inner_text():
            break
        time.sleep(1)
    expect(subscriber.locator("main")).to_contain_text(OPEN)

    # Leaving takes one press and no sign-in.
    mail_to(subscriber, READER, issue)
    subscriber.locator("main a[href*='/bulletin/unsubscribe/'], main a[href*='/bulletin/preferences/']").first.click()
    subscriber.get_by_role("button", name=re.compile("Leave|Stop|Unsubscribe", re.IGNORECASE)).first.click()
    expect(subscriber.locator("body")).to_contain_text("You have left the bulletin")
