"""What the views share: who must sign in, forms that can be previewed, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from forum import access, actions, queries, typed
from forum.forms import AnswerForm, PostForm
from forum.models import Answer, Comment, Draft, Question, text_of
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
    """As `signed_in`; what somebody had typed when their session ended is a draft after they have signed in again. And what
    is not taken, because what it was written to has gone, is kept and shown."""

    @wraps(view)
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            try:
                return view(request, *args, **kwargs)
            except (Http404, PermissionDenied) as refused:
                if not (text := _text_sent(request)):
                    raise
                context = {"kept": _kept_if_sent(request), "text": text, "gone": True, "crumbs": crumbs(("Not posted", ""))}
                return render(request, "forum/may_not_post.html", context, status=404 if isinstance(refused, Http404) else 403)
        way_back = request.get_full_path()
        if request.method == "POST" and typed.keep_through_sign_in(request.session, request.POST, *_place(request)):
            way_back = f"{request.path}?{urlencode({'draft': request.POST['submission']})}"
        return redirect_to_login(way_back)

    return check


def typed_form(request: HttpRequest, form_class: type[FormT], initial: dict[str, Any] | None = None) -> tuple[FormT, str | None]:
    """The form, as typed if it is a draft, and what its text will look like where the writer asked for that (only without script)."""
    if request.method != "POST":
        if draft := request.GET.get("draft"):
            return form_class.of_draft(access.get_draft(request.user, draft)), None
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
    form, post_id = _place(request)
    if question is None:
        question = queries.question_written_to(request.user, form, post_id)
    elif form in (Draft.Form.ANSWER, Draft.Form.COMMENT_ON_QUESTION):
        post_id = question.public_id  # of the thread that it was joined to
    kept = actions.save_draft(
        submission=request.POST.get("submission", ""),
        typed=typed.typed_in(request.POST),
        form=form,
        post_id=post_id,
        question=question,
        by=request.user,
        now=timezone.now(),
    )
    return kept == actions.Kept.SAVED


def _place(request: HttpRequest) -> tuple[Draft.Form, str]:
    """The form at this address, and the post that it names. A button of another room stands in the form for asking."""
    match = request.resolver_match
    if match is None or match.namespace != "forum" or match.url_name not in Draft.Form.values:
        return Draft.Form.ASK, ""
    return Draft.Form(match.url_name), match.kwargs.get("public_id", "")


def _text_sent(request: HttpRequest) -> str:
    """By a form of ours, or saved before as the draft that the address names."""
    if request.method == "POST":
        sent = request.POST
        return text_of(sent.get("title", ""), sent.get("body", "")) if sent.get("submission") else ""
    return queries.text_of_draft(request.user, request.GET.get("draft", ""))


def _kept_if_sent(request: HttpRequest, question: Question | None = None) -> bool:
    return request.method == "POST" and keep_draft(request, question)  # type: ignore[arg-type]  # asked for by whoever is signed in


def question_or_where_it_leads(viewer: Viewer, public_id: str) -> Question:
    """A joined question's address leads on to the one it went into; facilitators and its asker read it where that is hidden."""
    try:
        question = access.get_question_to_read(viewer, public_id)
    except Http404:
        if (leads_to := queries.where_it_leads(viewer, public_id)) is None:
            raise
        return leads_to
    return queries.where_it_leads(viewer, public_id) or question if question.duplicate_of_id else question


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
    return AnswerForm.of_draft(draft) if draft else AnswerForm()


def may_not_post(request: MemberRequest, question: Question | None = None) -> HttpResponse:
    """Says what to do about it, where the site's own 403 page could not know. What was typed is kept."""
    context = {
        "kept": _kept_if_sent(request, question),
        "text": _text_sent(request),
        "question": question,
        "crumbs": crumbs(("Asking and answering", "")),
    }
    return render(request, "forum/may_not_post.html", context, status=403)


TOO_LATE = {
    actions.NotOpen: "It has changed since you opened this page: it may have been hidden, withdrawn, closed or joined. Look at it again before you go on.",
    actions.WouldExpose: "Others have written there among members, and their words stay among members.",
    actions.NotParted: "It has been joined or split again since, or taken back already. Look at it again: the later change goes first.",
}


@contextmanager
def told_in(form: forms.Form) -> Iterator[None]:
    """A colleague may have been first. Then the form says so, and keeps the reason that was typed."""
    try:
        yield
    except tuple(TOO_LATE) as refused:
        form.add_error(None, TOO_LATE[type(refused)])


def crumbs(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Home", "/"), ("Question time", reverse("forum:question_list")), *rest]


def under(question: Question, label: str) -> list[tuple[str, str]]:
    return crumbs((question.title, question.get_absolute_url()), (label, ""))
