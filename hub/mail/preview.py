"""A mail's HTML in the browser, as a mail program would show it."""

from __future__ import annotations

from django.http import HttpResponse

# Mail carries its styles with it, so the site's own policy cannot hold; nothing in it may run or load, and it gets no frame of ours.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups allow-top-navigation-by-user-activation"
)


def shown_as_mail(html: str) -> HttpResponse:
    response = HttpResponse(html, headers={"Content-Security-Policy": POLICY})
    response._csp_exempt = True  # type: ignore[attr-defined]  # how django-csp is told that a response has a policy already
    return response
