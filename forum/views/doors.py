"""What the views share: who must sign in, forms that can be previewed, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from forum import access, actions, queries, typed
from forum.forms import AnswerForm, PostForm
from forum.models import Answer, Comment, Question
from hub.core.audience import Viewer
from hub.core.http import MemberRequest
from hub.core.markdown import MAX_LENGTH

PAGE_LENGTH = 20

View = Callable[..., HttpResponse]
FormT = TypeVar("FormT", bound=PostForm)


def signed_in(view: View) -> View:
    @wraps(view)
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return check


def button(view: View) -> View:
    """POST only. A visitor signs in and comes back to the page the button stands on: a press cannot be sent again."""

    @wraps(view)
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.path.rstrip("/").rpartition("/")[0] + "/")
        return view(request, *args, **kwargs)

    return require_POST(check)


def signed_in_to_write(view: View) -> View:
    """As `signed_in`; what somebody had typed when their session ended is a draft after they have signed in again."""

    @wraps(view)
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        way_back = request.get_full_path()
        if request.method == "POST" and typed.keep_through_sign_in(request.session, request.POST, kwargs.get("public_id", "")):
            way_back = f"{request.path}?{urlencode({'draft': request.POST['submission']})}"
        return redirect_to_login(way_back)

    return check


def typed_form(request: HttpRequest, form_class: type[FormT], initial: dict[str, Any] | None = None) -> tuple[FormT, str | None]:
    """The form, as typed if it is a draft, and what its text will look like where the writer asked for that (only without script)."""
    if request.method != "POST":
        if draft := request.GET.get("draft"):
            return form_class.as_typed(access.get_draft(request.user, draft).as_sent()), None
        return form_class(initial=initial), None
    if "save" in request.POST:
        messages.info(request, "A draft would carry your name, so this is not saved. It stays in the form as long as you do.")
        return form_class.as_typed(request.POST), None
    if "preview" in request.POST:
        return form_class.as_typed(request.POST), queries.preview(request.user, request.POST.get("body", "").strip()[:MAX_LENGTH])
    return form_class(request.POST, request.FILES), None


def offer_no_name(form: PostForm, viewer: Viewer, *replied_to: Question | Answer) -> None:
    """To those who may leave theirs out. Whoever wrote so what they reply to finds the box ticked: a name that slips out beside
    “Asker” cannot be called back."""
    if not access.can_post_unnamed(viewer):
        del form.fields["unnamed"]
    else:
        form.initial.setdefault("unnamed", any(post.is_sealed and access.is_author(viewer, post) for post in replied_to))


def say_posted(request: HttpRequest, post: Question | Answer | Comment, words: str) -> None:
    """Or that it waits, and where its author finds it."""
    if post.is_held:
        words = format_html(
            "Thank you. It waits for a facilitator, who reads it before others do. You hear what comes of it, and find it among "
            '<a href="{}">your questions</a> meanwhile.',
            reverse("forum:list", args=["mine"]),
        )
    messages.success(request, words)


def wrote_unnamed(request: HttpRequest) -> HttpResponse:
    """To the one page on which its author finds it."""
    messages.success(
        request, "Thank you. A facilitator reads it before others do. You find it, and what comes of it, on this page."
    )
    return redirect("forum:unnamed")


def keep_draft(request: MemberRequest, question: Question | None = None) -> bool:
    """Of what a form sent that is not posted now, whatever the reason. A draft names its writer: without a name, none is kept,
    and what was kept before the writer thought of that is dropped."""
    if typed.is_unnamed(request.POST):
        actions.drop_draft(submission=request.POST.get("submission", ""), by=request.user)
        return False
    kept = actions.save_draft(
        submission=request.POST.get("submission", ""),
        typed=typed.typed_in(request.POST),
        question=question,
        by=request.user,
        now=timezone.now(),
    )
    return kept == actions.Kept.SAVED


def saved_draft(request: MemberRequest, question: Question | None = None) -> HttpResponse:
    """The button "Save as a draft"."""
    if not keep_draft(request, question):
        messages.info(request, "There is nothing to save yet.")
        return redirect(request.path)
    messages.success(request, "Your draft is saved. Nobody else can read it.")
    return redirect(f"{request.path}?{urlencode({'draft': request.POST['submission']})}")


def answer_form(viewer: Viewer, question: Question) -> AnswerForm:
    """As far as somebody had got with their answer."""
    draft = queries.draft_of_answer(viewer, question)
    return AnswerForm.as_typed(draft.as_sent()) if draft else AnswerForm()


def may_not_post(request: MemberRequest, question: Question | None = None) -> HttpResponse:
    """Says what to do about it, where the site's own 403 page could not know. What was typed is kept."""
    context = {
        "kept": request.method == "POST" and keep_draft(request, question),
        "question": question,
        "crumbs": crumbs(("Asking and answering", "")),
    }
    return render(request, "forum/may_not_post.html", context, status=403)


def crumbs(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Home", "/"), ("Question time", reverse("forum:question_list")), *rest]


def under(question: Question, label: str) -> list[tuple[str, str]]:
    return crumbs((question.title, question.get_absolute_url()), (label, ""))
