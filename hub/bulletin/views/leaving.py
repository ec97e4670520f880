"""What somebody gets, a rest from it, and the ways out. Whoever holds a link from a mail to the mailbox is its owner."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from hub.bulletin import access, actions, links, topics
from hub.bulletin.forms import PauseForm, PreferencesForm
from hub.bulletin.links import LinkOver
from hub.bulletin.models import Subscriber
from hub.bulletin.views.subscribing import crumbs, link_over
from hub.mail import queries as ledger


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Each button is a form of its own, and `do` is what it does."""
    try:
        subscriber = access.get_subscriber_to_change(token)
    except LinkOver:
        return link_over(request)
    verb = request.POST.get("do", "save") if request.method == "POST" else ""
    if verb in ("leave", "leave-everything"):
        everything = verb == "leave-everything"
        actions.unsubscribe(subscriber=subscriber, everything=everything, now=timezone.now())
        return _left(request, links.unsubscribe_token(subscriber), everything)
    offered = topics.offered()
    form = PreferencesForm(subscriber, offered, request.POST if verb == "save" else None, reads_members=_reads_members(subscriber))
    pause_form = PauseForm(request.POST if verb == "pause" else None)
    if _done(request, verb, subscriber, form, pause_form):
        return redirect("bulletin:preferences", token=token)
    context = {
        "form": form,
        "pause_form": pause_form,
        "subscriber": subscriber,
        "is_closed": ledger.is_closed_to_us(subscriber.email or ""),
        "crumbs": crumbs("What you get"),
    }
    return render(request, "bulletin/preferences.html", context)


def _reads_members(subscriber: Subscriber) -> bool:
    return subscriber.user is not None and access.reads_members_edition(subscriber.user)


def _done(request: HttpRequest, verb: str, subscriber: Subscriber, form: PreferencesForm, pause_form: PauseForm) -> bool:
    now = timezone.now()
    if verb == "save" and form.is_valid():
        actions.change_topics(
            subscriber=subscriber, topics=form.chosen(), members_edition=form.cleaned_data.get("members_edition"), now=now
        )
        messages.success(request, "Your choice is saved.")
    elif verb == "pause" and pause_form.is_valid():
        actions.pause(subscriber=subscriber, months=pause_form.cleaned_data["months"], now=now)
        messages.success(request, f"No issue comes before {timezone.localtime(subscriber.paused_until):%-d %B %Y}.")
    elif verb == "resume":
        actions.resume(subscriber=subscriber, now=now)
        messages.success(request, "You will get the bulletin from the next issue on.")
    else:
        return False
    return True


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """RFC 8058: mail programs POST here without cookies. No redirect, and the same answer whether or not anybody was there."""
    try:
        subscriber = access.get_subscriber_to_remove(token)
    except Http404:
        return render(request, "bulletin/unsubscribe.html", {"is_broken": True, "crumbs": crumbs("Leave the bulletin")})
    if request.method != "POST":
        return render(request, "bulletin/unsubscribe.html", {"crumbs": crumbs("Leave the bulletin")})
    everything = request.POST.get("do") == "leave-everything"
    if subscriber is not None:
        actions.unsubscribe(subscriber=subscriber, everything=everything, now=timezone.now())
    return _left(request, token, everything)


def _left(request: HttpRequest, token: str, everything: bool) -> HttpResponse:
    return render(request, "bulletin/left.html", {"token": token, "everything": everything, "crumbs": crumbs("You have left")})


@csrf_exempt
@never_cache
@require_POST
def come_back(request: HttpRequest, token: str) -> HttpResponse:
    """The button on the page after leaving. Nobody was signed in and nothing set a cookie: the link itself is the proof."""
    subscriber = access.get_subscriber_to_remove(token)
    if subscriber is None or not actions.come_back(subscriber=subscriber, now=timezone.now()):
        return link_over(request)
    return redirect("bulletin:preferences", token=links.preferences_token(subscriber))
