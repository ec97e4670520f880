"""Writing without one's name, the word that comes back to whoever did, and the two people it takes to learn who it was."""

from __future__ import annotations

import datetime as dt
import logging

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from forum import letters, sealing
from forum.actions.threads import NotOpen
from forum.models import Answer, Comment, Question, QuestionEvent, Seal, SealBreak, SealedNote
from hub.accounts.models import User
from hub.mail.models import Message

logger = logging.getLogger(__name__)

Post = Question | Answer | Comment
Kind = QuestionEvent.Kind

# How long the name is shown to whoever asked for it, once a second person has agreed.
SHOWN_FOR = dt.timedelta(hours=24)
OF_THE_POST = (
    *(Kind.APPROVED, Kind.DECLINED, Kind.RECONSIDERED, Kind.HIDDEN, Kind.UNHIDDEN, Kind.ACCEPTED, Kind.UNACCEPTED),
    *(Kind.MARKED, Kind.CLOSED, Kind.REOPENED, Kind.MERGED, Kind.SPLIT, Kind.MOVED),
)
OF_A_REPLY = (Kind.POSTED, Kind.APPROVED)


def seal(post: Post, *, by: User) -> Seal:
    """In the transaction that makes the post, which names nobody."""
    row = sealing.sealed(post.public_id, by.public_id)
    return Seal.objects.create(**{_kind(post): post}, ciphertext=row.ciphertext, mac=row.mac)


# --- The word that comes back ---------------------------------------------------------------------


@transaction.atomic
def relay(*, post: Post, body: str, by: User, now: dt.datetime) -> SealedNote:
    """A facilitator writes to the author. Nobody learns an address: the author is told to come and read it."""
    row = Seal.objects.select_for_update().filter(**{_kind(post): post}).first()
    if row is None:
        raise NotOpen
    note = SealedNote.objects.create(seal=row, body=body, written_by=by, written_at=now)
    _has_news(Seal.objects.filter(pk=row.pk), now)
    return note


def keep_news(event: QuestionEvent) -> None:
    """Of what an author who gave no name would want to hear. Their own deeds are events that name nobody, and are no news."""
    replies = event.comment or event.answer
    if event.kind in OF_A_REPLY and replies is not None:
        asked = Question.objects.leading_to(event.question)
        # Of a question joined since, too. Whose asker wrote it has no news by it.
        asked = asked.exclude(pk=replies.asker_of_id) if replies.asker_of_id else asked
        _has_news(Seal.objects.filter(question__in=asked), event.at)
    if event.kind in OF_A_REPLY and event.comment_id and event.answer_id:
        _has_news(Seal.objects.filter(answer=event.answer_id), event.at)
    if event.kind in OF_THE_POST:
        of_it = (
            Q(comment=event.comment_id)
            if event.comment_id
            else Q(answer=event.answer_id)
            if event.answer_id
            else Q(question=event.question_id)
        )
        _has_news(Seal.objects.filter(of_it), event.at)


def _has_news(seals: object, at: dt.datetime) -> None:
    seals.update(news_at=at)  # type: ignore[attr-defined]  # a queryset of seals


@transaction.atomic
def tell_news(*, now: dt.datetime) -> Message | None:
    """One message a day for everybody who has news: neither its words nor its hour say which post it is about."""
    waiting = list(Seal.objects.with_news().with_posts().select_for_update(of=("self",)))
    if not waiting or letters.has_been_told(now):
        return None
    people = _authors(waiting)
    Seal.objects.filter(pk__in=[row.pk for row in waiting]).update(told_at=now)
    return letters.news_for(people, now) if people else None


def _authors(seals: list[Seal]) -> list[User]:
    ids = set()
    for row in seals:
        try:
            ids.add(sealing.opened(row.post.public_id, row.ciphertext))
        except sealing.Unreadable:
            logger.error("A seal cannot be opened: its key is no longer in HUB_SEAL_KEYS. Its author hears no news.")
    return list(User.objects.filter(public_id__in=ids, is_active=True).order_by("public_id"))


# --- Breaking a seal ------------------------------------------------------------------------------


@transaction.atomic
def ask_to_break_seal(*, post: Post, reason: str, by: User, now: dt.datetime, tells_author: bool = True) -> SealBreak:
    if not Seal.objects.filter(**{_kind(post): post}).exists():
        raise NotOpen
    asked = SealBreak.objects.create(
        post_id=post.public_id, kind=_kind(post), reason=reason, tells_author=tells_author, asked_by=by, asked_at=now
    )
    letters.second_is_asked_for(asked)
    return asked


@transaction.atomic
def second_breaking(*, asked: SealBreak, by: User, now: dt.datetime) -> None:
    """Somebody else than who asked. Pressed twice, the first stands."""
    asked.refresh_from_db(from_queryset=SealBreak.objects.select_for_update())
    if asked.asked_by_id in (None, by.pk):
        raise PermissionDenied
    if asked.second_id is None and asked.seconded_at is None:
        asked.second, asked.seconded_at = by, now
        asked.save(update_fields=["second", "seconded_at"])


@transaction.atomic
def break_seal(*, asked: SealBreak, by: User, now: dt.datetime) -> User:
    """The one function that returns the person. Raises PermissionDenied for anybody but who asked, without a second, or too
    late; sealing.Unreadable where the key is gone; NotOpen where the author has been erased."""
    asked.refresh_from_db(from_queryset=SealBreak.objects.select_for_update())
    if asked.asked_by_id != by.pk or asked.seconded_at is None or now > asked.seconded_at + SHOWN_FOR:
        raise PermissionDenied
    row = Seal.objects.filter(**{f"{asked.kind}__public_id": asked.post_id}).first()
    if row is None:
        raise NotOpen
    author = User.objects.filter(public_id=sealing.opened(asked.post_id, row.ciphertext)).first()
    if author is None:
        raise NotOpen
    if asked.broken_at is None:
        asked.broken_at = now
        asked.save(update_fields=["broken_at"])
        if asked.tells_author:
            SealedNote.objects.create(seal=row, body=letters.BROKEN.format(reason=asked.reason), written_by=None, written_at=now)
            _has_news(Seal.objects.filter(pk=row.pk), now)
    return author


# --- Keys -----------------------------------------------------------------------------------------


@transaction.atomic
def reseal() -> int:
    """Everything under the first key, so that the others can be taken out of HUB_SEAL_KEYS. Raises Unreadable, and changes
    nothing, where one is missing."""
    rows = list(Seal.objects.with_posts().select_for_update(of=("self",)))
    for row in rows:
        anew = sealing.sealed(row.post.public_id, sealing.opened(row.post.public_id, row.ciphertext))
        row.ciphertext, row.mac = anew.ciphertext, anew.mac
    Seal.objects.bulk_update(rows, ["ciphertext", "mac"], batch_size=500)
    return len(rows)


def _kind(post: Post) -> str:
    return str(post._meta.model_name)
