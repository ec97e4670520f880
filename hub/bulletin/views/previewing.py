"""The mail as it will be: light, dark, as text and on a narrow screen, in a frame that can do nothing."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from hub.bulletin import access, compose_page, looks
from hub.bulletin.models import BulletinIssue
from hub.bulletin.views.doors import crumbs, for_editors
from hub.bulletin.writing import LARGEST, MARKERS, Mail
from hub.core.audience import Audience
from hub.core.http import MemberRequest
from hub.mail.preview import shown_in_frame


@for_editors
@require_safe
def preview(request: MemberRequest, public_id: str) -> HttpResponse:
    issue = access.get_issue_to_compose(request.user, public_id)
    mail, now = _mail(request, issue), timezone.now()
    look = request.GET.get("look", "")
    context = {
        "issue": issue,
        "mail": mail,
        "kilobytes": mail.size // 1000,
        "largest": LARGEST // 1000,
        "is_too_large": mail.size > LARGEST,
        "editions": compose_page.editions_of(issue, now),
        "looks": looks.LOOKS,
        "look": look if look in looks.LOOKS else looks.LIGHT,
        "edition": request.GET.get("edition", Audience.PUBLIC),
        "topics": request.GET.get("topics", ""),
        "frame": _frame(issue, request),
        "crumbs": crumbs((issue.title, reverse("bulletin:compose", kwargs={"public_id": public_id})), ("The mail", "")),
    }
    return render(request, "bulletin/preview.html", context)


@for_editors
@xframe_options_sameorigin
@require_safe
def preview_html(request: MemberRequest, public_id: str) -> HttpResponse:
    """The two links that are each person's own lead to the archive here."""
    issue = access.get_issue_to_compose(request.user, public_id)
    mail, look = _mail(request, issue), request.GET.get("look", looks.LIGHT)
    html, text = mail.html, mail.text
    for marker in MARKERS:
        html, text = (part.replace(marker, reverse("bulletin:archive")) for part in (html, text))
    return shown_in_frame(looks.as_seen(html, text, look, narrow_url=_frame(issue, request, look=looks.LIGHT)))


def _mail(request: MemberRequest, issue: BulletinIssue) -> Mail:
    audience, topics = request.GET.get("edition", Audience.PUBLIC), request.GET.get("topics", "")
    shown = int(topics) if topics.isdecimal() and len(topics) < 4 else None
    mail = compose_page.mail_to_show(issue, Audience(audience), shown) if audience in Audience else None
    if mail is None:
        raise Http404
    return mail


def _frame(issue: BulletinIssue, request: MemberRequest, **given: str) -> str:
    query = {name: request.GET[name] for name in ("edition", "topics", "look") if name in request.GET} | given
    return reverse("bulletin:preview_html", kwargs={"public_id": issue.public_id}, query=query)
