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


# The same within a frame on a page of ours: what it links to opens in a window of its own, out of the sandbox.
IN_FRAME = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


def shown_in_frame(html: str) -> HttpResponse:
    response = shown_as_mail(html)
    response.headers["Content-Security-Policy"] = IN_FRAME
    return response
