"""Somebody's own list of what is new, how they want to hear, and the links in our mails."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.core.http import MemberRequest
from hub.core.paging import page_of
from hub.notifications import access, actions, queries, reasons
from hub.notifications.forms import ChoiceForm
from hub.notifications.models import Preference

Crumbs = list[tuple[str, str]]


def _crumbs(*further: tuple[str, str]) -> Crumbs:
    return [("Home", "/"), ("Your account", reverse("members:account")), *further]


# --- The list -----------------------------------------------------------------------------------


@login_required
@require_safe
def notification_list(request: MemberRequest) -> HttpResponse:
    page = page_of(queries.visible_to(request.user), request)
    lines = queries.lines(request.user, list(page))
    context = {
        "page": page,
        "lines": lines,
        "newest": lines[0].notification.public_id if lines else "",
        "muted": request.GET.get("muted", ""),
        "crumbs": _crumbs(("What is new", "")),
    }
    return render(request, "notifications/list.html", context)


@login_required
@require_POST
def read(request: MemberRequest, public_id: str) -> HttpResponse:
    notification = access.get_notification(request.user, public_id)
    actions.mark_read(notification=notification, by=request.user, now=timezone.now())
    return redirect("notifications:list")


@login_required
@require_POST
def read_all(request: MemberRequest) -> HttpResponse:
    newest = access.get_notification(request.user, request.POST.get("until", ""))
    actions.mark_all_read(until=newest, by=request.user, now=timezone.now())
    messages.success(request, "Everything up to here is marked as read.")
    return redirect("notifications:list")


@login_required
@require_POST
def mute(request: MemberRequest) -> HttpResponse:
    thread = request.POST.get("thread", "")
    title = access.get_thread_title(request.user, thread)
    actions.mute(thread=thread, by=request.user, now=timezone.now())
    messages.success(request, f"You hear no more of “{title}”. Change your mind under “How you hear”.")
    return redirect("notifications:list")


@login_required
@require_POST
def unmute(request: MemberRequest) -> HttpResponse:
    thread = request.POST.get("thread", "")
    title = access.get_thread_title(request.user, thread)
    actions.unmute(thread=thread, by=request.user)
    messages.success(request, f"You hear of “{title}” again.")
    return redirect("notifications:settings")


# --- How somebody hears -------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: MemberRequest) -> HttpResponse:
    followed = queries.followed_by(request.user)
    form = ChoiceForm(
        request.POST if request.method == "POST" else None,
        preference=queries.preference_of(request.user),
        followed=followed,
    )
    if form.is_valid():
        actions.choose(
            by=request.user,
            mail_wanted=Preference.Mail(form.cleaned_data["mail"]),
            cadences=form.cadences,
            follows=form.follow_cadences,
            now=timezone.now(),
        )
        messages.success(request, "Your choice is saved.")
        return redirect("notifications:settings")
    context = {
        "form": form,
        "followed": [(kind.label, [(thing, form[f"follow-{thing.stored}"]) for thing in kind.things]) for kind in followed],
        "muted": queries.muted_by(request.user),
        "to_follow": queries.all_to_follow(request.user),
        "gone": _gone(request),
        "crumbs": _crumbs(("What is new", reverse("notifications:list")), ("How you hear", "")),
    }
    return render(request, "notifications/settings.html", context)


def _gone(request: MemberRequest) -> dict[str, str] | None:
    """What was unfollowed just now, to be followed again with one press."""
    stored = request.GET.get("unfollowed", "")
    if not stored:
        return None
    try:
        return {"stored": stored, "name": access.get_followed(request.user, stored), "cadence": request.GET.get("cadence", "")}
    except Http404:
        return None


@login_required
@require_POST
def unfollow(request: MemberRequest) -> HttpResponse:
    stored = request.POST.get("what", "")
    name = access.get_followed(request.user, stored)
    cadence = actions.unfollow_one(stored=stored, by=request.user)
    if page := _page_of(request):
        messages.success(request, f"You no longer follow “{name}”.")
        return redirect(page)
    address = reverse("notifications:settings", query={"unfollowed": stored, "cadence": cadence})
    return redirect(address)


@login_required
@require_POST
def follow(request: MemberRequest) -> HttpResponse:
    """From the thing's own page, which says so in `next`, or the way back from `unfollow`."""
    stored = request.POST.get("what", "")
    name = access.get_followed(request.user, stored)
    actions.follow_again(stored=stored, cadence=request.POST.get("cadence", ""), by=request.user, now=timezone.now())
    messages.success(request, f"You follow “{name}”.")
    return redirect(_page_of(request) or "notifications:settings")


def _page_of(request: HttpRequest) -> str:
    """The page on which the button stood; nothing that leads away from the hub."""
    page = request.POST.get("next", "")
    return page if page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None) else ""


# --- Links in mails -----------------------------------------------------------------------------


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """RFC 8058: mail programs POST here without cookies. No redirect, and the same answer whether or not anybody was there."""
    try:
        wanted, person = access.get_stop(token)
    except Http404:
        return render(request, "notifications/stop.html", {"is_broken": True, "crumbs": [("Home", "/"), ("Less mail", "")]})
    is_done = request.method == "POST"
    if is_done and person is not None:
        now = timezone.now()
        if wanted.mail:
            actions.want_less_mail(by=person, mail_wanted=Preference.Mail(wanted.mail), now=now)
        else:
            actions.stop(stored=wanted.reasons, thread=wanted.thread, by=person, now=now)
    context = {
        "is_done": is_done,
        "mail": wanted.mail,
        # Whoever holds the link reads it: in the words that everybody may read.
        "because": list(reasons.in_words(wanted.reasons, AnonymousUser()).values()),
        "crumbs": [("Home", "/"), ("Less mail", "")],
    }
    return render(request, "notifications/stop.html", context)
