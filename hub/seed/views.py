"""Pages that exist only in the demo: who can sign in, and the mail that was sent."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub.core.paging import page_of, query_without_page
from hub.mail.preview import shown_as_mail
from hub.seed import mailbox
from hub.seed.play import PASSWORD
from hub.seed.sign_ins import SIGN_INS


@require_safe
def sign_ins(request: HttpRequest) -> HttpResponse:
    return render(request, "seed/sign_ins.html", {"sign_ins": SIGN_INS, "password": PASSWORD})


@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    page = page_of(mailbox.names(), request, 25)
    mails = [mail for name in page if (mail := mailbox.read(name))]
    return render(request, "seed/mail_list.html", {"page_of_names": page, "mails": mails, "query": query_without_page(request)})


@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    found = mailbox.read(name)
    if found is None:
        raise Http404
    return render(request, "seed/mail.html", {"mail": found})


@require_safe
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    found = mailbox.read(name)
    if found is None or not found.html:
        raise Http404
    return shown_as_mail(found.html)
