"""What every answer of the site carries, whatever the address: read from the matrix, so that a new route is read too.

A small run takes one address of each route, and asks a sixth of those in each test; `HUB_WHOLE_SITE=large` asks at all that
the matrix names, in every test.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings

from tests.whole_site import matrix, routes
from tests.whole_site.matrix import ROLES, Request
from tests.whole_site.one_world.test_access_matrix import undone
from tests.whole_site.visitors import content_of, put_away
from tests.whole_site.world import World

pytestmark = pytest.mark.django_db


def asked_for(method: str) -> list[Request]:
    lines = [line for line in matrix.requests() if line.method == method]
    return lines if matrix.LARGE else [line for line in lines if line.is_first_of_its_shape]


def turn(lines: list[Request], number: int) -> list[Request]:
    """Not the same sixth in each test."""
    return lines if matrix.LARGE else lines[number::6]


READ = asked_for("GET")
PUBLIC = [line for line in READ if not routes.is_admin(line.address)]
PRESSED = asked_for("POST")
# What says when it was sent, or is drawn anew each time.
DIFFERS = {"date", "expires", "set-cookie"}
# A mail in the browser: its styles come with it, so it stands in a sandbox of its own, without scripts (`hub.mail.preview`).
LETTERS = re.compile(r".*/preview/html/")
DATA_BLOCKS = {"application/json", "application/ld+json", "speculationrules"}


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


@pytest.mark.parametrize("line", turn(READ, 0), ids=str)
def test_every_answer_has_the_safety_headers_and_nothing_inline(line: Request, world: World, visitors, subtests) -> None:
    for role in asked_as(line):
        with subtests.test(role=role), undone():
            assert faults(visitors[role].get(line.address_for(world, role)), line) == []


@pytest.mark.parametrize("line", turn(PRESSED, 0), ids=str)
def test_every_answer_to_a_form_has_them_too(line: Request, world: World, visitors, subtests) -> None:
    for role in asked_as(line):
        with subtests.test(role=role), undone():
            assert faults(visitors[role].post(line.address_for(world, role), line.form_for(world, role)), line) == []


@pytest.mark.parametrize("line", turn(PUBLIC, 1), ids=str)
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


@pytest.mark.parametrize("line", turn(PUBLIC, 2), ids=str)
def test_a_page_for_somebody_who_has_signed_in_is_for_no_shared_cache(line: Request, world: World, visitors) -> None:
    with undone():
        response = visitors["member"].get(line.address_for(world, "member"))
        put_away(response)

    assert re.search(r"\b(private|no-store)\b", response["Cache-Control"])


def test_what_would_be_blocked_is_found() -> None:
    page = "<p style='x'><a onclick=y href=' javascript:z'></a><script>1</script><style></style><script src=a></script>"

    assert Inline(page).found == ["p style", "a onclick", "a href", "<script>", "<style>"]
