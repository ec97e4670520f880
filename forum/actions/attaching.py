"""Files of a post: added as it is posted, taken away by whoever may change it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction

from forum.models import Answer, Attachment, Question
from hub.accounts.models import User
from hub.media.cleaning import CleanFile


@dataclass(frozen=True)
class Added:
    """A file that has passed, and what its owner says it shows."""

    file: CleanFile
    label: str = ""


def attach(post: Question | Answer, files: Iterable[Added], *, now: dt.datetime) -> None:
    """In the transaction of the post. A sealed post takes none: a file tells too much of who made it."""
    for added in files:
        if post.is_sealed:
            raise PermissionDenied
        of = {"question": post} if isinstance(post, Question) else {"answer": post}
        name = str(added.file.name)
        Attachment.objects.create(file=added.file, name=name, label=added.label, size=added.file.size, added_at=now, **of)


@transaction.atomic
def take_away(*, attachment: Attachment, by: User, now: dt.datetime) -> None:
    attachment.delete()
