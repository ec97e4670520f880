"""The files of questions and answers."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from forum import access, actions
from forum.views.doors import signed_in
from hub.core.http import MemberRequest
from hub.media.views import sent


@require_safe
def attachment(request: HttpRequest, public_id: str, name: str) -> FileResponse:
    """A picture is shown, everything else is a download."""
    found = access.get_attachment(request.user, public_id, name)
    return sent(found.file, filename=found.name)


@require_POST
@signed_in
def take_away(request: MemberRequest, public_id: str) -> HttpResponse:
    found = access.get_attachment_to_take_away(request.user, public_id)
    post = found.post
    actions.take_away(attachment=found, by=request.user, now=timezone.now())
    messages.success(request, f"The file “{found.name}” is taken away.")
    return redirect(post)
