"""Every door of the table, through the whole stack: as many tries as it allows, and not one more."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.core.limits import checks, doors, middleware
from hub.core.limits.counting import Counters
from hub.core.limits.doors import ADMIN, DOORS, UNDER_WAY, UNLIMITED, Door, Limit
from tests.whole_site import routes
from tests.whole_site.visitors import BACKEND, put_away

pytestmark = pytest.mark.django_db

ADDRESSES = {route.name: route.any_address for route in routes.all_routes()} | {
    ADMIN.what: "/admin/",
    "forum:*": "/question-time/x/needed/",
    "stepshare:*": "/share/installations/x/confirm/",
    "members:*": "/account/profile/",
    "bulletin:*": "/bulletin/compose/",
    "desk:*": "/desk/x/x/claim/",
}
PASSWORD = "learn-from-mistakes"
SCOPES = ("address", "account", "person")
EVERY_LIMIT = [(door, scope) for door in (*DOORS, ADMIN) for scope in SCOPES if getattr(door, scope)]
SEARCH, SIGN_IN, PREVIEW = "/search/?q=shared", "/account/login/", "/-/markdown-preview/"


def address_of(door: Door) -> str | None:
    """None where the settings leave the whole door out."""
    return next((ADDRESSES[route] for route in (*door.routes, door.what) if route in ADDRESSES), None)


def somebody(door: Door, person=None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person, backend=BACKEND)
    elif door.asks_for == UNDER_WAY:
        session = client.session
        session["account_login"] = {"user_pk": "17"}
        session.save()
    return client


def knock(door: Door, client: Client, **headers: str):
    form = {door.asks_for: "somebody@council.example"}
    response = client.get(address_of(door), **headers) if door.reads else client.post(address_of(door), form, **headers)
    put_away(response)
    return response


@pytest.fixture
def counted(limits, monkeypatch):
    """What each request asked to have counted, the last first."""
    asked = []
    count = Counters.count

    def listen(self, wanted):
        asked.insert(0, list(wanted))
        return count(self, wanted)

    monkeypatch.setattr(Counters, "count", listen)
    return asked


@pytest.mark.parametrize(("door", "scope"), EVERY_LIMIT, ids=lambda part: getattr(part, "what", part))
def test_one_try_more_than_the_limit_is_answered_with_429_and_when_to_come_back(door, scope, limits, counted, member):
    if address_of(door) is None:
        pytest.skip("its routes are switched off")
    limit: Limit = getattr(door, scope)
    client = somebody(door, member if scope == "person" else None)
    knock(door, client)
    mine = counted[0][[name for name in SCOPES if getattr(door, name) and (name != "person" or scope == "person")].index(scope)]
    assert mine.seconds == limit.seconds
    limits.shared.clear()
    for _ in range(limit.most - 1):
        limits.shared.count([mine])

    assert knock(door, client).status_code != 429
    refused = knock(door, client)

    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= limit.seconds
    assert "Wait a little, then try again" in refused.content.decode()


# --- What is counted ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def few(monkeypatch, limits):
    """`few("account_login", account=3)`: the same door with lower limits, since the true ones would take a while."""

    def change(route: str, **most: int) -> None:
        door = doors._BY_ROUTE[route]
        limited = {scope: Limit(most[scope], 300) if scope in most else None for scope in SCOPES}
        monkeypatch.setitem(doors._BY_ROUTE, route, Door(**{**vars(door), **limited}))

    return change


def tries(client: Client, form: dict[str, str] | None = None, address: str = SIGN_IN, times: int = 4, **headers: str) -> list[int]:
    return [
        client.post(address, form or {"login": "x@council.example", "password": "no"}, **headers).status_code for _ in range(times)
    ]


def test_a_visit_to_a_form_is_not_counted(few, client):
    few("account_login", address=2)

    assert {client.get(SIGN_IN).status_code for _ in range(5)} == {200}


def test_a_search_is_counted_whatever_the_method(few, client):
    few("search:results", address=2)

    assert [client.get(SEARCH).status_code, client.head(SEARCH).status_code, client.get(SEARCH).status_code] == [200, 200, 429]


@pytest.mark.parametrize("proxies", [0, 1])
@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP", "X-Originating-IP"]
)
def test_a_forged_forwarding_header_is_no_fresh_start(header, proxies, few, client, settings):
    settings.TRUSTED_PROXIES = proxies
    few("account_login", address=3)
    behind = ", 192.0.2.1" if proxies and header == "X-Forwarded-For" else ""  # what our own proxy adds

    answers = [
        client.post(SIGN_IN, {"login": f"{number}@x.example"}, headers={header: f"203.0.113.{number}{behind}"}).status_code
        for number in range(4)
    ]

    assert answers == [200, 200, 200, 429]


def test_behind_a_proxy_each_client_counts_for_itself(few, client, settings):
    settings.TRUSTED_PROXIES = 1
    few("account_login", address=1)

    answers = [
        client.post(SIGN_IN, {"login": "x@x.example"}, headers={"X-Forwarded-For": f"192.0.2.{number}"}).status_code
        for number in range(3)
    ]

    assert answers == [200, 200, 200]


def test_all_addresses_of_one_ipv6_line_count_together(few, client):
    few("account_login", address=1)

    assert client.post(SIGN_IN, {"login": "a"}, REMOTE_ADDR="2001:db8:1:2::1").status_code == 200
    assert client.post(SIGN_IN, {"login": "a"}, REMOTE_ADDR="2001:db8:1:2:ffff::9").status_code == 429
    assert client.post(SIGN_IN, {"login": "a"}, REMOTE_ADDR="2001:db8:1:3::1").status_code == 200


@pytest.mark.parametrize("spelling", ["x@council.example", "X@Council.Example", "  x@council.example ", "\uff58@council.example"])
def test_an_account_is_the_same_however_it_is_spelled_and_from_wherever_it_is_tried(spelling, few, client):
    few("account_login", account=1)
    tries(client, times=1)

    assert tries(client, {"login": spelling, "password": "no"}, times=1, REMOTE_ADDR="198.51.100.1") == [429]
    assert tries(client, {"login": "y@council.example", "password": "no"}, times=1) == [200]


@pytest.mark.parametrize(
    ("route", "address", "field"),
    [
        ("account_login", SIGN_IN, "login"),
        ("account_reset_password", "/account/password/reset/", "email"),
        ("account_signup", "/account/signup/", "email"),
        ("bulletin:subscribe", "/bulletin/subscribe/", "email"),
    ],
)
def test_a_known_address_meets_the_limit_at_the_same_try_as_an_unknown_one(route, address, field, few, client, member):
    few(route, account=2)

    known, unknown = (
        [status == 429 for status in tries(client, {field: email, "password": "no"}, address)]
        for email in (member.email, "nobody@council.example")
    )

    assert known == unknown == [False, False, True, True]


def test_the_tables_own_accounts_are_those_ncsc_asks_for():
    at_the_door = {route: door.account for door in DOORS for route in door.routes if door.signs_in and door.account}

    assert at_the_door["account_login"] == at_the_door["mfa_authenticate"] == Limit(10, 5 * 60)


def test_whoever_gets_in_has_used_up_no_try(few, member):
    few("account_login", account=2, address=2)
    member.set_password(PASSWORD)
    member.save()
    member.emailaddress_set.update_or_create(email=member.email, defaults={"verified": True, "primary": True})

    for _ in range(4):
        assert Client().post(SIGN_IN, {"login": member.email, "password": PASSWORD}).status_code == 302

    wrong = {"login": member.email, "password": "no"}
    assert tries(Client(), wrong, times=3) == [200, 200, 429]


def test_a_right_password_after_too_many_wrong_ones_waits_too(few, member):
    few("account_login", account=2)
    member.set_password(PASSWORD)
    member.save()
    tries(Client(), {"login": member.email, "password": "no"}, times=2)

    assert tries(Client(), {"login": member.email, "password": PASSWORD}, times=1) == [429]


def test_a_person_counts_wherever_they_are_and_apart_from_others(few, member, colleague):
    few("markdown_preview", person=1)
    first, second, other = somebody(ADMIN, member), somebody(ADMIN, member), somebody(ADMIN, colleague)

    assert [each.post(PREVIEW, {"source": "x"}).status_code for each in (first, second, other)] == [200, 429, 200]


def test_a_window_ends(few, client, limits, monkeypatch):
    few("account_login", account=1)
    clock = [1_000_000.0]
    monkeypatch.setattr(limits.shared, "clock", lambda: clock[0])
    assert tries(client, times=2) == [200, 429]

    clock[0] += 299
    assert tries(client, times=1) == [429]
    clock[0] += 1

    assert tries(client, times=1) == [200]


def test_nothing_in_the_store_names_anybody(few, client, limits):
    few("account_login", account=5, address=5)
    tries(client, {"login": "priya@council.example", "password": "no"}, REMOTE_ADDR="198.51.100.7")

    limits.shared._connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    held = limits.shared.path.read_bytes()
    assert b"priya" not in held
    assert b"198.51" not in held


def test_a_refused_reset_sends_nothing(few, client, member):
    few("account_reset_password", account=0)
    tries(client, {"email": member.email}, "/account/password/reset/", times=1)

    assert mail.outbox == []


# --- What is answered -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def refused(few, client):
    few("search:results", address=0)
    return lambda **headers: client.get(SEARCH, headers=headers)


def test_a_person_gets_a_page_that_is_kept_nowhere(refused):
    response = refused(accept="text/html,*/*;q=0.8")

    assert response["Cache-Control"] == "no-store"
    assert re.search(r"Try again in (a minute|\d+ minutes)\.", response.content.decode())


def test_whoever_was_writing_is_told_to_go_back(few, client):
    few("account_reset_password", address=0)
    page = client.post("/account/password/reset/", {"email": "x@council.example"}).content.decode()

    assert "go back in your browser" in page


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {"Sec-Fetch-Dest": "empty"}])
def test_a_script_of_ours_gets_a_sentence(headers, refused):
    response = refused(**headers)

    assert response.status_code == 429
    assert response["Content-Type"].startswith("text/plain")
    assert response.content.decode().startswith("In a short time there were too many tries at searching")
    assert "Retry-After" in response


def test_a_program_gets_json(refused):
    response = refused(accept="application/json")

    assert json.loads(response.content)["retry_after"] == int(response["Retry-After"])


@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "a minute"), (60, "a minute"), (61, "2 minutes"), (300, "5 minutes"), (3600, "an hour")]
)
def test_the_wait_in_words_is_never_too_short(seconds, words):
    assert middleware.in_words(seconds) == words


# --- The table ------------------------------------------------------------------------------------------------------------------


def test_every_door_is_a_route_and_none_stands_there_twice():
    assert checks.every_door_is_a_route() == []


def test_a_door_without_a_route_fails_the_check(monkeypatch):
    wrong = Door("nothing", ("forum:ask", "forum:renamed"))
    monkeypatch.setattr(checks, "DOORS", (*DOORS, wrong))

    assert [(found.id, "renamed" in found.msg) for found in checks.every_door_is_a_route()] == [
        ("core.E001", True),
        ("core.E002", False),
    ]


def test_doors_are_told_apart_by_their_words():
    """The counters' keys are made of them."""
    said = [door.what for door in (*DOORS, ADMIN)]

    assert len(set(said)) == len(said)


def test_every_account_is_asked_for_by_a_field_or_under_way():
    assert [door.what for door in DOORS if bool(door.account) != bool(door.asks_for)] == []


def test_every_route_without_a_limit_has_its_reason():
    assert all(len(reason) > 20 for reason in UNLIMITED.values())
    assert dt.timedelta(
        seconds=max(limit.seconds for door in DOORS for scope in SCOPES if (limit := getattr(door, scope)))
    ) <= dt.timedelta(hours=1)


def test_old_counters_are_a_duty_of_the_worker(limits):
    from hub.core.duties import all_duties
    from hub.core.limits.counting import Wanted

    limits.shared.count([Wanted("old", 0)])
    duty = next(duty for duty in all_duties() if duty.name == "limits")

    assert (duty.run(), duty.run()) == (1, 0)


@pytest.mark.parametrize("enforced", [False, True])
def test_counting_asks_the_database_nothing(enforced, limits, client, settings):
    settings.HUB_LIMITS = {**settings.HUB_LIMITS, "enforced": enforced}
    client.post(SIGN_IN, {})

    with CaptureQueriesContext(connection) as asked:
        client.post(SIGN_IN, {})

    assert len(asked) == 1  # which site this is
