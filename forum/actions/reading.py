"""How far somebody has read, and the address of their own feeds. Pages that are read write nothing: the reader does."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from forum.models import AllRead, FeedLink, LastRead, Question
from hub.accounts.models import User
from hub.public_ids import new_public_id


@transaction.atomic
def has_read(question: Question, *, by: User | None, now: dt.datetime) -> None:
    """Up to `now`: the time at which the thread was drawn. Never back to an earlier one. Nobody, for a sealed author."""
    if by is None:
        return
    mark, is_new = LastRead.objects.get_or_create(user=by, question=question, defaults={"read_at": now})
    if not is_new and mark.read_at < now:
        LastRead.objects.filter(pk=mark.pk, read_at__lt=now).update(read_at=now)


@transaction.atomic
def mark_all_read(*, by: User, now: dt.datetime) -> None:
    """Marks of single threads from before say nothing more than this."""
    AllRead.objects.update_or_create(user=by, defaults={"read_at": now})
    LastRead.objects.filter(user=by, read_at__lte=now).delete()


@transaction.atomic
def make_feed_link(*, by: User, now: dt.datetime) -> FeedLink:
    """A new one; an earlier one is dead."""
    return FeedLink.objects.update_or_create(user=by, defaults={"nonce": new_public_id(), "made_at": now})[0]


@transaction.atomic
def revoke_feed_link(*, by: User, now: dt.datetime) -> None:
    FeedLink.objects.filter(user=by).delete()
