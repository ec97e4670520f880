"""What every answer of the site carries, whatever the address: read from the matrix, so that a new route is read too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.conf import settings

from tests.whole_site import matrix, routes
from tests.whole_site.matrix import ROLES, Request
from tests.whole_site.test_access_matrix import undone
from tests.whole_site.visitors import Visitor, content_of, put_away
from tests.whole_site.world import World, passing
from tests.whole_site.world.people import WITHOUT_ACCOUNT

pytestmark = pytest.mark.django_db

READ = [line for line in matrix.requests() if line.method == "GET"]
PUBLIC = [line for line in READ if not routes.is_admin(line.address)]
PRESSED = [line for line in matrix.requests() if line.method == "POST"]
# What says when it was sent, or is drawn anew each time.
DIFFERS = {"date", "expires", "set-cookie"}
# A mail in the browser: its styles come with it, so it stands in a sandbox of its own, without scripts (`hub.mail.preview`).
LETTERS = re.compile(r".*/preview/html/")
DATA_BLOCKS = {"application/json", "application/ld+json", "speculationrules"}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), passing(own_posts=True) as built:
        yield built


@pytest.fixture(scope="module")
def visitors(world: World) -> dict[str, Visitor]:
    return {role: Visitor(None if role in WITHOUT_ACCOUNT else world[role]) for role in ROLES}


@pytest.fixture(autouse=True)
def _clean_slate() -> None:
    """In place of the one for all tests: content types stay as they are while the world stands."""


def asked_as(line: Request) -> list[str]:
    """The last role that gets it, who sees most; in a large run a visitor too, who gets the way to sign in or the one 404."""
    let_in = [role for role, says in zip(ROLES, line.expect, strict=True) if says in {"200", "without", "done"}]
    roles = list(dict.fromkeys(("anonymous", *let_in[-1:])))
    return roles if matrix.LARGE else roles[-1:]


class Inline(HTMLParser):
    """Whatever a strict policy would block."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") not in DATA_BLOCKS):
            self.found.append(f"<{tag}>")
        self.found += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        self.found += [f"{tag} {name}" for name, value in attributes if (value or "").strip().lower().startswith("javascript:")]


def faults(response, line: Request) -> list[str]:
    page = content_of(response).decode(errors="replace")
    put_away(response)
    found = [name for name, value in settings.SAFETY_HEADERS.items() if name != "X-Frame-Options" and response.get(name) != value]
    policy = response.get("Content-Security-Policy", "")
    if "object-src 'none'" not in policy and "default-src 'none'" not in policy:
        found.append(f"the policy is {policy!r}")
    if LETTERS.fullmatch(line.address) and "sandbox" in policy:
        return found
    if routes.is_admin(line.address):
        return found
    found += [f"the policy allows {word}" for word in ("unsafe-inline", "unsafe-eval", "*", "http:") if word in policy]
    if response.get("Content-Type", "").startswith("text/html"):
        found += Inline(page).found
    return found


@pytest.mark.parametrize("line", READ, ids=str)
def test_every_answer_has_the_safety_headers_and_nothing_inline(line: Request, world: World, visitors, subtests) -> None:
    for role in asked_as(line):
        with subtests.test(role=role), undone():
            assert faults(visitors[role].get(line.address_for(world, role)), line) == []


@pytest.mark.parametrize("line", PRESSED, ids=str)
def test_every_answer_to_a_form_has_them_too(line: Request, world: World, visitors, subtests) -> None:
    for role in asked_as(line):
        with subtests.test(role=role), undone():
            assert faults(visitors[role].post(line.address_for(world, role), line.form_for(world, role)), line) == []


@pytest.mark.parametrize("line", PUBLIC, ids=str)
def test_head_answers_as_get_does_without_a_body(line: Request, world: World, visitors, subtests) -> None:
    for role in asked_as(line):
        with subtests.test(role=role), undone():
            address = line.address_for(world, role)
            asked, headed = visitors[role].get(address), visitors[role].head(address)
            put_away(asked)
            put_away(headed)

            assert (headed.status_code, comparable(headed)) == (asked.status_code, comparable(asked))
            assert content_of(headed) == b""


def comparable(response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.items() if name.lower() not in DIFFERS}


@pytest.mark.parametrize("line", PUBLIC, ids=str)
def test_a_page_for_somebody_who_has_signed_in_is_for_no_shared_cache(line: Request, world: World, visitors) -> None:
    with undone():
        response = visitors["member"].get(line.address_for(world, "member"))
        put_away(response)

    assert re.search(r"\b(private|no-store)\b", response["Cache-Control"])


def test_what_would_be_blocked_is_found() -> None:
    page = "<p style='x'><a onclick=y href=' javascript:z'></a><script>1</script><style></style><script src=a></script>"

    assert Inline(page).found == ["p style", "a onclick", "a href", "<script>", "<style>"]
