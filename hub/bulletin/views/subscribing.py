"""Taking the bulletin, choosing, and leaving. A mail program or a scanner that opens our links changes nothing: only POST does."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from hub.accounts.models import User
from hub.bulletin import access, actions, links
from hub.bulletin.consent import WORDING
from hub.bulletin.forms import SubscribeForm, TopicsForm
from hub.bulletin.links import LinkOver
from hub.bulletin.models import ALL_SECTIONS
from hub.bulletin.refusals import Refusal
from hub.core.client_address import client_address, counted_as

GONE = 410


@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    viewer = request.user if isinstance(request.user, User) else None
    initial = {"topics": [section.value for section in ALL_SECTIONS], "email": viewer.email if viewer else ""}
    form = SubscribeForm(request.POST) if request.method == "POST" else SubscribeForm(initial=initial)
    if form.is_valid() and _subscribed(request, form, viewer):
        return redirect("bulletin:asked")
    return render(request, "bulletin/subscribe.html", {"form": form, "wording": WORDING, "crumbs": _crumbs("Take the bulletin")})


def _subscribed(request: HttpRequest, form: SubscribeForm, viewer: User | None) -> bool:
    try:
        actions.subscribe(
            email=form.cleaned_data["email"],
            topics=form.cleaned_data["topics"],
            ip=counted_as(client_address(request)),
            by=viewer,
            now=timezone.now(),
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """The same page whatever the address was."""
    return render(request, "bulletin/asked.html", {"crumbs": _crumbs("Check your email")})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    try:
        subscriber = access.get_subscriber_to_confirm(token, timezone.now())
    except LinkOver:
        return _link_over(request)
    if request.method == "POST":
        actions.confirm(subscriber=subscriber, now=timezone.now())
        messages.success(request, "You will get the bulletin from the next issue on.")
        return redirect("bulletin:preferences", token=links.preferences_token(subscriber))
    return render(request, "bulletin/confirm.html", {"subscriber": subscriber, "crumbs": _crumbs("Confirm")})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    try:
        subscriber = access.get_subscriber_to_change(token)
    except LinkOver:
        return _link_over(request)
    if request.method == "POST" and "leave" in request.POST:
        actions.unsubscribe(subscriber=subscriber, now=timezone.now())
        messages.success(request, "You have left the bulletin, and we have forgotten your address.")
        return redirect("bulletin:archive")
    initial = {"topics": [section.value for section in subscriber.topics]}
    form = TopicsForm(request.POST) if request.method == "POST" else TopicsForm(initial=initial)
    if form.is_valid():
        actions.change_topics(subscriber=subscriber, topics=form.cleaned_data["topics"], now=timezone.now())
        messages.success(request, "Your choice is saved.")
        return redirect("bulletin:preferences", token=token)
    context = {"form": form, "subscriber": subscriber, "crumbs": _crumbs("What you get")}
    return render(request, "bulletin/preferences.html", context)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """RFC 8058: mail programs POST here without cookies. No redirect, and the same answer whether or not anybody was there."""
    try:
        subscriber = access.get_subscriber_to_remove(token)
    except Http404:
        return render(request, "bulletin/unsubscribe.html", {"is_broken": True, "crumbs": _crumbs("Leave the bulletin")})
    is_done = request.method == "POST"
    if is_done and subscriber is not None:
        actions.unsubscribe(subscriber=subscriber, now=timezone.now())
    return render(request, "bulletin/unsubscribe.html", {"is_done": is_done, "crumbs": _crumbs("Leave the bulletin")})


def _link_over(request: HttpRequest) -> HttpResponse:
    return render(request, "bulletin/link_over.html", {"crumbs": _crumbs("This link is over")}, status=GONE)


def _crumbs(label: str) -> list[tuple[str, str]]:
    return [("Home", "/"), ("Bulletin", reverse("bulletin:archive")), (label, "")]
