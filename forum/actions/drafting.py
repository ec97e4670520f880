"""Keeping what is typed until it is posted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import Enum

from django.db import transaction
from django.utils import timezone

from forum.models import Draft, Question
from forum.queries.drafts import is_posted
from hub.accounts.models import User
from hub.core.markdown import MAX_LENGTH

KEPT_FOR = dt.timedelta(days=180)
MOST_DRAFTS = 50  # of one person; then the oldest goes
LONGEST_DRAFT = 4 * MAX_LENGTH  # characters of all fields: what is too long to be posted is kept all the same
LONGEST_ID = 20
NOT_WORDS = {"audience", "way", "as_member"}

Typed = Mapping[str, list[str]]


class Kept(Enum):
    SAVED = "saved"
    POSTED = "posted"  # meanwhile: there is nothing left to keep
    NOTHING = "nothing"  # was typed, or far too much


@transaction.atomic
def save_draft(
    *,
    submission: str,
    typed: Typed,
    by: User,
    now: dt.datetime,
    form: Draft.Form = Draft.Form.ASK,
    post_id: str = "",
    question: Question | None = None,
) -> Kept:
    """Later words of the same form replace earlier ones. `form` and `post_id` say where it stands; `question` is the thread, or
    None where its writer cannot read it, which takes nothing from what an earlier draft says of it."""
    if is_posted(submission):
        return Kept.POSTED
    if not is_worth_keeping(submission, typed) or not _is_address(form, post_id):
        return Kept.NOTHING
    place: dict[str, object] = {"form": form, "post_id": post_id}
    if question is not None:
        place["question"] = question
    Draft.objects.update_or_create(author=by, public_id=submission, defaults={"typed": dict(typed), "saved_at": now, **place})
    too_many = Draft.objects.filter(author=by).newest_first()[MOST_DRAFTS:]
    Draft.objects.filter(pk__in=list(too_many.values_list("pk", flat=True))).delete()
    return Kept.SAVED


def is_worth_keeping(submission: str, typed: Typed) -> bool:
    if not 0 < len(submission) <= LONGEST_ID:
        return False
    texts = [value for name, values in typed.items() for value in values if name not in NOT_WORDS]
    return any(text.strip() for text in texts) and sum(map(len, texts)) <= LONGEST_DRAFT


def _is_address(form: str, post_id: str) -> bool:
    if form in Draft.OF_QUESTIONS:
        return not post_id
    return form in Draft.Form.values and post_id.isalnum() and len(post_id) <= LONGEST_ID


@transaction.atomic
def drop_draft(*, submission: str, by: User) -> None:
    """It has been posted, or its writer wants it no longer."""
    Draft.objects.filter(author=by, public_id=submission).delete()


def forget_old_drafts(now: dt.datetime) -> int:
    return Draft.objects.filter(saved_at__lt=now - KEPT_FOR).delete()[0]


def run() -> int:
    """The worker's duty."""
    return forget_old_drafts(timezone.now())
