"""Somebody with a browser: asks for one address at a time and keeps nothing from it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from django.test.client import ClientHandler

from hub.accounts.models import User

BACKEND = "hub.members.backends.SignInBackend"
_WRITE = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
# Who is signed in, who has a page open in the admin, and a picture in another size: no content. All else that is written counts.
_NO_CONTENT = {"django_session", "wagtailadmin_editingsession", "wagtailcore_pagesubscription", "media_rendition"}


class Visitor(RequestFactory):
    """Without `user`, nobody in particular. Django's own client would copy the context of every template drawn."""

    def __init__(self, user: User | None = None) -> None:
        super().__init__()
        self.handler = ClientHandler(enforce_csrf_checks=False)
        if user is not None:
            client = Client()
            client.force_login(user, backend=BACKEND)
            self.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def request(self, **request: Any) -> HttpResponseBase:  # type: ignore[override]
        return self.handler(self._base_environ(**request))

    def ask(self, method: str, address: str, form: dict[str, Any] | None = None, *, by_script: bool = False) -> HttpResponseBase:
        if method in ("GET", "HEAD"):
            return getattr(self, method.lower())(address)
        if method == "POST":
            return self.post(address, form or {}, headers={"HX-Request": "true"} if by_script else {})
        return self.generic(method, address)


def content_of(response: HttpResponseBase) -> bytes:
    if getattr(response, "streaming", False):
        return b"".join(response.streaming_content)  # type: ignore[attr-defined]
    return response.content  # type: ignore[attr-defined,no-any-return]


def put_away(response: HttpResponseBase) -> None:
    """Closes its files. Its own `close` would also tell Django that a request is over, which then drops the test's connection."""
    for close in response._resource_closers:  # type: ignore[attr-defined]
        close()


@contextmanager
def written_tables() -> Iterator[list[str]]:
    """The tables that statements write to meanwhile: nothing that has happened there can hide behind an unchanged count."""
    tables: list[str] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = _WRITE.match(sql)
        if found and found[1] not in _NO_CONTENT:
            tables.append(found[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield tables
