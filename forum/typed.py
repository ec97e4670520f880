"""What a form sent, from the moment it arrives: read, kept through a sign-in, and told from what somebody else typed."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import QueryDict
from django.utils.crypto import constant_time_compare, salted_hmac

from hub.accounts.models import User

FIELDS = ("title", "body", "concepts", "products", "projects", "audience", "asked_of", "way", "name", "email", "as_member")
IN_SESSION = "forum_typed"
MOST_IN_SESSION = 3


def is_unnamed(data: QueryDict) -> bool:
    """Its writer leaves their name out: no row of theirs may hold what they typed."""
    return "unnamed" in data


def typed_in(data: QueryDict) -> dict[str, list[str]]:
    return {name: [text.replace("\0", "") for text in data.getlist(name)] for name in FIELDS if name in data}


def writer_of(user: Any) -> str:
    """The form says whose it was, so that after a sign-in nobody else gets what stood in it. Names nobody."""
    return salted_hmac("forum.typed", user.public_id).hexdigest()[:32] if isinstance(user, User) else ""


def keep_through_sign_in(session: SessionBase, data: QueryDict, form: str, post_id: str) -> bool:
    """The session had ended while somebody typed. Only what a form of ours sent, which says whose it is."""
    submission, writer = data.get("submission", ""), data.get("writer", "")
    if not submission or not writer or is_unnamed(data):
        return False
    kept = [entry for entry in session.get(IN_SESSION, []) if entry["submission"] != submission]
    entry = {"submission": submission, "writer": writer, "form": form, "post_id": post_id, "typed": typed_in(data)}
    session[IN_SESSION] = [*kept, entry][-MOST_IN_SESSION:]
    return True


def taken_after_sign_in(session: SessionBase, user: User) -> list[dict[str, Any]]:
    """Theirs; what somebody else typed is forgotten."""
    return [entry for entry in session.pop(IN_SESSION, []) if constant_time_compare(entry["writer"], writer_of(user))]
