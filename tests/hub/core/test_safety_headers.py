"""Every answer has them: pages, static files, and errors that no view has seen."""

from __future__ import annotations

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from hub.core import middleware
from tests.whole_site.visitors import put_away

pytestmark = pytest.mark.django_db


def broken(request):
    raise ZeroDivisionError


def too_much(request):
    return HttpResponse(request.POST.get("text", ""))


def own_policy(request):
    return HttpResponse(
        "x", headers={"Content-Security-Policy": "sandbox", "Cache-Control": "max-age=5", "Referrer-Policy": "origin"}
    )


urlpatterns = [path("broken/", broken), path("too-much/", too_much), path("own/", own_policy)]
handler500 = "hub.core.views.server_error"


@pytest.fixture
def odd_urls(settings):
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def somebody() -> Client:
    return Client(raise_request_exception=False)


def assert_safe(response) -> None:
    for name, value in django_settings.SAFETY_HEADERS.items():
        assert response[name] == value
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("address", "status"), [("/", 200), ("/nothing-is-here/", 404), ("/question-time/ask/", 302), ("/robots.txt", 200)]
)
def test_ordinary_answers_have_them(address, status, somebody):
    response = somebody.get(address)

    assert response.status_code == status
    assert_safe(response)


def test_a_request_for_an_unknown_host_has_them(somebody, settings):
    settings.SECURE_SSL_REDIRECT = True  # then Django's own middleware gives up before it sets any
    response = somebody.get("/", headers={"host": "elsewhere.example"})

    assert response.status_code == 400
    assert_safe(response)


def test_a_form_that_is_too_large_has_them(somebody, odd_urls, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    response = somebody.post("/too-much/", {"text": "x" * 100})

    assert response.status_code == 400
    assert_safe(response)


def test_a_stale_form_has_them():
    response = Client(enforce_csrf_checks=True).post("/account/login/", {})

    assert response.status_code == 403
    assert_safe(response)


def test_a_fault_of_ours_has_them_and_says_nothing_of_what_broke(somebody, odd_urls):
    response = somebody.get("/broken/")

    assert response.status_code == 500
    assert_safe(response)
    assert "ZeroDivisionError" not in response.content.decode()
    assert "Something went wrong on our side" in response.content.decode()


def test_a_static_file_has_them(somebody, settings):
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    assert finders.find("hub/css/tokens.css")
    response = somebody.get("/static/hub/css/tokens.css")
    put_away(response)

    assert response.status_code == 200
    assert_safe(response)


def test_an_answer_with_words_of_its_own_keeps_them(somebody, odd_urls):
    response = somebody.get("/own/")

    assert response["Content-Security-Policy"] == "sandbox"
    assert response["Cache-Control"] == "max-age=5"
    assert response["Referrer-Policy"] == "origin"


def test_the_admin_has_a_policy_of_its_own(client, administrator):
    client.force_login(administrator, backend="hub.members.backends.SignInBackend")
    response = client.get("/admin/")
    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))

    assert policy["default-src"] == "'self'"
    assert policy["object-src"] == policy["script-src-attr"] == "'none'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'self'"
    assert "unsafe-eval" not in policy["script-src"]
    assert "Content-Security-Policy-Report-Only" not in response


def test_only_the_admin_has_it(client):
    assert "unsafe-inline" not in client.get("/administrators/")["Content-Security-Policy"]


def test_a_page_for_whoever_has_a_session_is_kept_by_no_shared_cache(client, member):
    client.force_login(member, backend="hub.members.backends.SignInBackend")

    assert client.get("/")["Cache-Control"] == "private, no-cache"


def test_a_public_page_for_a_visitor_may_be_kept(client):
    assert "Cache-Control" not in client.get("/")


def test_signing_out_takes_what_the_browser_has_kept_with_it(client, member):
    client.force_login(member, backend="hub.members.backends.SignInBackend")

    assert client.post("/account/logout/")["Clear-Site-Data"] == middleware.KEPT_PAGES
    assert "Clear-Site-Data" not in client.get("/")
