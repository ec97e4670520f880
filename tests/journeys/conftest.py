"""The demo as a person meets it: `manage.py demo` on a free port, in the system's Chromium."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.journeys import firing

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
PASSWORD = "learn-from-mistakes"
THEMES, WIDTHS = ("light", "dark"), (320, 1280)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def hub() -> Iterator[str]:
    """The address of a demo of its own; HUB_DEMO_URL names one that runs already."""
    if running := os.environ.get("HUB_DEMO_URL"):
        yield running.rstrip("/")
        return
    port, folder = free_port(), tempfile.mkdtemp(prefix="hub-journeys-")
    address = f"http://localhost:{port}"
    env = {**os.environ, "DEMO": "true", "DATA_DIR": folder, "SITE_URL": address, "DJANGO_SETTINGS_MODULE": "hub.settings.dev"}
    with Path(folder, "demo.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--port", str(port)],
            cwd=ROOT,
            env=env,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        wait_for(address, process, Path(folder, "demo.log"))
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            pytest.fail(f"The demo ended by itself:\n{log.read_text()[-4000:]}")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"The demo did not answer within five minutes:\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.fail("The journeys need Chromium. On Debian or Ubuntu: sudo apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield browser
        browser.close()


# As patient as what waits for a page: five seconds is nothing to a machine that proves other things meanwhile.
expect.set_options(timeout=15_000)

# Playwright's loop runs in this thread; the database is asked in between, never at once.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture
def shown(browser: Browser) -> Iterator[Page]:
    """A page that shows what `firing.show` gives it, and notes whatever wants to be loaded from anywhere."""
    context = browser.new_context(base_url=firing.HOME)
    page = context.new_page()
    page.add_init_script(firing.WATCH)
    yield page
    context.close()


@pytest.fixture
def new_context(browser: Browser, hub: str) -> Iterator[Callable[..., BrowserContext]]:
    """A browser of somebody's own: `new_context(width=320, theme="dark", javascript=False)`."""
    opened: list[BrowserContext] = []

    def make(*, width: int = 1280, theme: str = "light", javascript: bool = True) -> BrowserContext:
        context = browser.new_context(
            base_url=hub,
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            java_script_enabled=javascript,
            # A colour on its way from one theme to the other has the contrast of neither.
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A visitor's."""
    return new_context().new_page()


@pytest.fixture
def signed_in(new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """`signed_in("priya.nair@ambleford.example")`: a page of that person's own browser."""

    def open_page(email: str, **options: object) -> Page:
        page = new_context(**options).new_page()
        sign_in(page, email)
        return page

    return open_page


def sign_in(page: Page, email: str) -> None:
    page.goto("/account/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/account/login/" not in url)
