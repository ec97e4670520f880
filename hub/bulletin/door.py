"""Whether an address of this hub answers somebody who is not signed in: asked of the hub itself, without a network."""

from __future__ import annotations

import io
from functools import cache
from http import HTTPStatus
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest

# Not there, or broken. Anything else is a page, a way to one, or a door that asks who is there.
GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
MOST_STEPS = 5


@cache
def _handler() -> BaseHandler:
    handler = BaseHandler()
    handler.load_middleware()
    return handler


def answers(path: str, query: str = "") -> bool:
    """Where it leads on within the hub is followed: a slash that was forgotten, a question under a new title."""
    site = urlsplit(settings.SITE_URL)
    for _ in range(MOST_STEPS):
        response = _handler().get_response(_request(path, query))
        if not response.has_header("Location"):
            return response.status_code not in GONE and response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
        ahead = urlsplit(urljoin(path, response["Location"]))
        if ahead.netloc not in ("", site.netloc):
            return True
        path, query = ahead.path or "/", ahead.query
    return False


def _request(path: str, query: str) -> WSGIRequest:
    site = urlsplit(settings.SITE_URL)
    return WSGIRequest(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": unquote(path),
            "QUERY_STRING": query,
            "SERVER_NAME": site.hostname or "localhost",
            "SERVER_PORT": str(site.port or (443 if site.scheme == "https" else 80)),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": site.netloc,
            "HTTP_X_FORWARDED_PROTO": site.scheme,
            "wsgi.url_scheme": site.scheme,
            "wsgi.input": io.BytesIO(),
        }
    )
