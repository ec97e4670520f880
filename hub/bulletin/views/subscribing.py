"""Taking the bulletin. A mail program or a scanner that opens our links changes nothing: only POST does."""

from __future__ import annotations

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hub.accounts.models import User
from hub.bulletin import access, actions, links, topics, totals
from hub.bulletin.consent import WORDING
from hub.bulletin.forms import SubscribeForm
from hub.bulletin.links import LinkOver
from hub.bulletin.refusals import Refusal
from hub.core.client_address import client_address, counted_as
from hub.mail import queries as ledger
from hub.members.belonging import has_confirmed

GONE = 410
# In the person's own browser for an hour, so that the next page can offer to send the message again.
ASKED, ASKED_FOR = "bulletin_asked", 3600


@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    viewer = request.user if isinstance(request.user, User) else None
    if viewer is not None and request.method != "POST" and (own := totals.subscription_of(viewer)):
        return redirect("bulletin:preferences", token=links.preferences_token(own))
    form = SubscribeForm(
        topics.offered(), request.POST if request.method == "POST" else None, initial={"email": viewer.email if viewer else ""}
    )
    if form.is_valid() and (answer := _subscribed(request, form, viewer)):
        return answer
    return render(request, "bulletin/subscribe.html", {"form": form, "wording": WORDING, "crumbs": crumbs("Take the bulletin")})


def _subscribed(request: HttpRequest, form: SubscribeForm, viewer: User | None) -> HttpResponse | None:
    email, chosen, now = form.cleaned_data["email"], form.chosen(), timezone.now()
    try:
        if viewer is not None and has_confirmed(viewer, email):
            own = actions.subscribe_member(email=email, topics=chosen, by=viewer, now=now)
            if not ledger.is_closed_to_us(email):  # otherwise the next page says why nothing comes
                messages.success(request, "You will get the bulletin from the next issue on.")
            return redirect("bulletin:preferences", token=links.preferences_token(own))
        actions.subscribe(email=email, topics=chosen, ip=counted_as(client_address(request)), by=viewer, now=now)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return None
    answer = redirect("bulletin:asked")
    said = signing.dumps({"email": email, "topics": chosen}, salt=ASKED)
    answer.set_cookie(
        ASKED,
        said,
        max_age=ASKED_FOR,
        path=reverse("bulletin:subscribe"),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return answer


@never_cache
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """The same page whatever was known of the address."""
    try:
        typed = signing.loads(request.COOKIES.get(ASKED, ""), salt=ASKED, max_age=ASKED_FOR)
    except signing.BadSignature:
        typed = None
    return render(request, "bulletin/asked.html", {"typed": typed, "crumbs": crumbs("Check your email")})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    try:
        subscriber = access.get_subscriber_to_confirm(token, timezone.now())
    except LinkOver:
        return link_over(request)
    if request.method == "POST":
        actions.confirm(subscriber=subscriber, now=timezone.now())
        messages.success(request, "You will get the bulletin from the next issue on.")
        return redirect("bulletin:preferences", token=links.preferences_token(subscriber))
    context = {"subscriber": subscriber, "topics": topics.labels_of(subscriber.topic_key), "crumbs": crumbs("Confirm")}
    return render(request, "bulletin/confirm.html", context)


def link_over(request: HttpRequest) -> HttpResponse:
    return render(request, "bulletin/link_over.html", {"crumbs": crumbs("This link is over")}, status=GONE)


def crumbs(label: str) -> list[tuple[str, str]]:
    return [("Home", "/"), ("Bulletin", reverse("bulletin:archive")), (label, "")]
