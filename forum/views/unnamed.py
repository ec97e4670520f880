"""What somebody wrote without their name, the notes that facilitators send them, and the breaking of a seal by two."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from forum import access, actions, queries, sealing
from forum.forms import BreakSealForm, NoteForm
from forum.models import Answer, Question
from forum.views.doors import button, crumbs, signed_in
from hub.core.http import MemberRequest
from hub.core.paging import page_of


@require_safe
@signed_in
@never_cache
def unnamed(request: MemberRequest) -> HttpResponse:
    context = {"written": queries.written_unnamed(request.user), "crumbs": crumbs(("Written without your name", ""))}
    return render(request, "forum/unnamed.html", context)


@button
def withdraw(request: MemberRequest, public_id: str) -> HttpResponse:
    post = access.get_unnamed_to_withdraw(request.user, public_id)
    if isinstance(post, Question):
        actions.withdraw_question(question=post, by=request.user, now=timezone.now())
    elif isinstance(post, Answer):
        actions.withdraw_answer(answer=post, by=request.user, now=timezone.now())
    else:
        actions.withdraw_comment(comment=post, by=request.user, now=timezone.now())
    messages.success(request, "It is withdrawn.")
    return redirect("forum:unnamed")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def write_to_author(request: MemberRequest, public_id: str) -> HttpResponse:
    post = access.get_unnamed_to_write_about(request.user, public_id)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.relay(post=post, body=form.cleaned_data["body"], by=request.user, now=timezone.now())
        messages.success(request, "Your note is there. Whoever wrote the post is told tomorrow morning to come and read it.")
        return redirect(post.get_absolute_url())
    context = {
        "form": form,
        "post": post,
        "may_break": request.user.has_perm("forum.break_seal"),
        "crumbs": crumbs(("Write to whoever wrote it", "")),
    }
    return render(request, "forum/write_to_author.html", context)


# --- Breaking a seal ------------------------------------------------------------------------------


@require_safe
@signed_in
@never_cache
def seals(request: MemberRequest) -> HttpResponse:
    return _seals(request)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ask_to_break(request: MemberRequest, public_id: str) -> HttpResponse:
    post = access.get_unnamed_to_unseal(request.user, public_id)
    form = BreakSealForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = form.cleaned_data
        actions.ask_to_break_seal(
            post=post, reason=data["reason"], tells_author=not data["keeps_quiet"], by=request.user, now=timezone.now()
        )
        messages.success(request, "The others who run this hub are told. One of them has to agree.")
        return redirect("forum:seals")
    context = {"form": form, "post": post, "crumbs": crumbs(("Broken seals", reverse("forum:seals")), ("Have a seal broken", ""))}
    return render(request, "forum/break_seal.html", context)


@button
def second(request: MemberRequest, public_id: str) -> HttpResponse:
    asked = access.get_break_to_second(request.user, public_id)
    actions.second_breaking(asked=asked, by=request.user, now=timezone.now())
    messages.success(request, "You agreed. Whoever asked can see the name for a day.")
    return redirect("forum:seals")


@button
@never_cache
def show_name(request: MemberRequest, public_id: str) -> HttpResponse:
    """The answer to the press itself: no address shows the name, and no message or session holds it."""
    asked = access.get_break_to_open(request.user, public_id)
    try:
        author = actions.break_seal(asked=asked, by=request.user, now=timezone.now())
    except sealing.Unreadable:
        return _seals(
            request, problem="The key that this name was sealed with is no longer in HUB_SEAL_KEYS. Put it back to read it."
        )
    return _seals(request, shown=(asked.public_id, author))


def _seals(request: HttpRequest, **more: object) -> HttpResponse:
    if not access.can_see_seals(request.user):
        raise Http404
    context = {
        "page": page_of(queries.breaks_for_list(request.user), request),
        "may_second": request.user.has_perm("forum.second_breaking_a_seal"),
        "crumbs": crumbs(("Broken seals", "")),
        **more,
    }
    return render(request, "forum/seals.html", context)
