"""An issue goes into the ledger, once. What becomes of each mail is written there and nowhere else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from hub.accounts.models import User
from hub.bulletin import editions, links, notices, progress, ramp
from hub.bulletin.models import STREAM, BulletinEdition, BulletinIssue, Subscriber
from hub.bulletin.refusals import Refusal
from hub.core.audience import Audience
from hub.mail import actions as mail
from hub.mail import queries as ledger
from hub.mail.models import Delivery, Lane, Message
from hub.mail.recipients import Recipient

State = BulletinIssue.State

MOST_AT_ONCE = 1000
LOOKED_FOR = dt.timedelta(days=3)  # a weekend, if somebody paused it
FIELDS = ("preferences_url", "unsubscribe_url")
BY_HAND = "Somebody paused it."
UNBALANCED = "The counts do not balance: {frozen} people were written down, and {found} are accounted for."


@transaction.atomic
def send(*, issue: BulletinIssue, by: User | None, now: dt.datetime) -> None:
    """Everybody who takes the bulletin now, each with what is new under the topics they chose. Asked twice, it sends once.

    Only the mails are written here: the worker then writes down who gets them, from `recipients_of`, some at a time.
    """
    _lock(issue)
    if issue.is_out:
        return
    if issue.state != State.FROZEN:
        raise Refusal("It has not been approved yet: what is sent has to stand still.")
    planned = editions.plans_with_readers(issue, now)
    issue.state, issue.sent_at = State.SENDING, now
    issue.save(update_fields=["state", "sent_at"])
    for plan, first in zip(planned, ramp.shares(planned, now), strict=True):
        if edition := editions.current(issue, plan, now):
            mail.post_from_source(**_message(edition), names=FIELDS, ramp=first, by=by, now=now)


def recipients_of(message: Message) -> Iterator[Recipient]:
    """Asked by the ledger when it writes down who gets an edition; nobody, if the edition is gone."""
    edition = BulletinEdition.objects.filter(key=message.key).select_related("issue").first()
    if edition is not None:
        yield from _recipients(editions.subscribers_of(edition.issue, edition, message.created_at))


def _recipients(subscribers: Iterable[Subscriber]) -> Iterator[Recipient]:
    for subscriber in subscribers:
        yield Recipient(
            subscriber.email or "",
            {"preferences_url": links.preferences_url(subscriber), "unsubscribe_url": links.unsubscribe_url(subscriber)},
        )


def _message(edition: BulletinEdition) -> dict[str, Any]:
    """List-Id and the two List-Unsubscribe headers are the ledger's: it knows the stream and the marker."""
    return {
        "key": edition.key,
        "stream": STREAM,
        "subject": edition.subject,
        "text": edition.text,
        "html": edition.html,
        "headers": {
            "List-Archive": f"<{settings.SITE_URL}{reverse('bulletin:archive')}>",
            "Archived-At": f"<{settings.SITE_URL}{edition.issue.get_absolute_url()}>",
            # What one gets, how often and how to stop: said above the button.
            "List-Help": f"<{settings.SITE_URL}{reverse('bulletin:subscribe')}>",
        },
    }


# --- On its way -------------------------------------------------------------------------------------


@transaction.atomic
def look_after(*, issue: BulletinIssue, now: dt.datetime) -> bool:
    """Asked by the worker every few seconds: the ramp, a stop of the ledger's, people held back, the end. True once it is sent."""
    _lock(issue)
    if issue.state != State.SENDING:
        return issue.state == State.SENT
    messages = progress.messages_of(issue)
    found = ledger.progress(*messages)
    if issue.stopped_at is None and _has_to_stop(issue, messages, found, now):
        return False
    if found.waiting or found.is_freezing or _write_to_those_held_back(issue, now):
        return False
    return _finish(issue, found, messages, now)


def _has_to_stop(issue: BulletinIssue, messages: list[Message], found: ledger.Progress, now: dt.datetime) -> bool:
    """Because the ledger has stopped it, or because of the first; if all is well with these, the others may go."""
    trouble = (found.pause_reason or BY_HAND) if found.is_paused else ""
    if not trouble and found.is_ramping and (verdict := ramp.verdict(issue, messages, now)) is not None:
        trouble = verdict.trouble
        for message in messages if not trouble else ():
            mail.release(message, None, now)
    if trouble:
        _pause(issue, messages, trouble, None, now)
    return bool(trouble)


def _finish(issue: BulletinIssue, found: ledger.Progress, messages: list[Message], now: dt.datetime) -> bool:
    """Sent, once everybody is accounted for; if the counts do not balance, a person has to look."""
    if not found.is_balanced:
        _pause(issue, messages, UNBALANCED.format(frozen=found.frozen, found=found.settled), None, now)
        return False
    if _write_to_those_passed_over(issue, now):
        return False
    issue.state, issue.finished_at = State.SENT, now
    issue.save(update_fields=["state", "finished_at"])
    return True


def _write_to_those_held_back(issue: BulletinIssue, now: dt.datetime) -> bool:
    """Something was hidden while the issue went out, or somebody ceased to be a member: they get what they may read now."""
    return issue.stopped_at is None and any(_write_instead(issue, held, now) for held in _held_back(issue))


def _held_back(issue: BulletinIssue) -> Iterator[list[Delivery]]:
    """Some at a time: the others have their turn at a later look, for SQLite lets nobody else write meanwhile."""
    held = progress.people_of(issue).filter(skip_reason=Delivery.SkipReason.NOT_ALLOWED).exclude(address="")
    held = held.select_related("message").defer("message__template").order_by("pk")
    last = 0
    while some := list(held.filter(pk__gt=last)[:MOST_AT_ONCE]):
        yield some
        last = some[-1].pk


def _write_instead(issue: BulletinIssue, held: list[Delivery], now: dt.datetime) -> bool:
    by_key: dict[str, list[Delivery]] = {}
    for delivery in held:
        by_key.setdefault(delivery.message.key, []).append(delivery)
    written = False
    for edition in issue.editions.filter(key__in=by_key):
        for variant, people in _instead(issue, edition, by_key[edition.key], now):
            _post(variant, [Recipient(delivery.address, delivery.fields) for delivery in people], now)
            written = True
    return written


def _write_to_those_passed_over(issue: BulletinIssue, now: dt.datetime) -> bool:
    """They changed their choice while the editions were written down. Who changes it days later is not meant.

    Not before the counts balance: of a row that is lost nobody knows whether its mail went.
    """
    if issue.stopped_at is not None or issue.sent_at is None or now > issue.sent_at + LOOKED_FOR:
        return False
    for page in editions.passed_over(issue, now):
        for edition, people in page:
            _post(edition, _recipients(people), now)
        if page:
            return True
    return False


def _post(edition: BulletinEdition, recipients: Iterable[Recipient], now: dt.datetime) -> None:
    mail.post(**_message(edition), lane=Lane.BULK, recipients=recipients, by=None, now=now)


def _instead(
    issue: BulletinIssue, edition: BulletinEdition, held: list[Delivery], now: dt.datetime
) -> Iterator[tuple[BulletinEdition, list[Delivery]]]:
    """Who lost their rights gets the public edition; the others a revision of their own."""
    others = held
    if edition.audience == Audience.MEMBERS:
        still = editions.readers_among([delivery.address_hash for delivery in held], now)
        others = [delivery for delivery in held if delivery.address_hash in still]
        lost = [delivery for delivery in held if delivery.address_hash not in still]
        if lost and (public := editions.public_twin(edition, now)):
            yield public, lost
    if others and (revision := editions.instead_of(edition, now)):
        yield revision, others


# --- By hand ----------------------------------------------------------------------------------------


@transaction.atomic
def pause_issue(*, issue: BulletinIssue, by: User, now: dt.datetime) -> None:
    """Within one mail for each connection."""
    _lock(issue)
    if issue.state == State.SENDING:
        _pause(issue, progress.messages_of(issue), BY_HAND, by, now)


def _pause(issue: BulletinIssue, messages: list[Message], reason: str, by: User | None, now: dt.datetime) -> None:
    for message in messages:
        if message.paused_at is None:
            mail.pause(message, by, now, reason=reason)
    issue.state, issue.pause_reason = State.PAUSED, reason[:300]
    issue.save(update_fields=["state", "pause_reason"])
    if by is None:
        notices.is_paused(issue, now)


@transaction.atomic
def resume_issue(*, issue: BulletinIssue, by: User, now: dt.datetime) -> None:
    """After trouble with the first it also lets go whom the ramp held: whoever resumes then has looked at why it stopped. Where the
    first have not had theirs, for the mail server took nothing, they go first now."""
    _lock(issue)
    if issue.state != State.PAUSED:
        return
    messages = progress.messages_of(issue)
    lets_go = issue.pause_reason != BY_HAND and ramp.has_been_tried(messages)
    for message in messages:
        if lets_go:
            mail.release(message, by, now)
        mail.resume(message, by, now)
    issue.state, issue.pause_reason = State.SENDING, ""
    issue.save(update_fields=["state", "pause_reason"])


@transaction.atomic
def stop_issue(*, issue: BulletinIssue, by: User, now: dt.datetime) -> None:
    """Nobody else gets it. Those who have it keep it, and it stays in the archive, for their mail points there."""
    _lock(issue)
    if not issue.is_under_way:
        raise Refusal("It is not on its way: there is nothing to call off.")
    for message in progress.messages_of(issue):
        mail.cancel(message, by, now)
    issue.state, issue.pause_reason, issue.stopped_at, issue.stopped_by = State.SENDING, "", now, by
    issue.save(update_fields=["state", "pause_reason", "stopped_at", "stopped_by"])


@transaction.atomic
def send_to_uncertain(*, issue: BulletinIssue, by: User, now: dt.datetime) -> int:
    """Only those of whom nobody knows; some may get it twice, with the same Message-ID, by which a mailbox can tell."""
    _lock(issue)
    if not issue.is_out:
        return 0
    if issue.stopped_at is not None:
        raise Refusal("It was called off: nobody gets it again.")
    again = sum(mail.requeue_uncertain(message, by, now) for message in progress.messages_of(issue))
    if again and issue.state == State.SENT:
        issue.state, issue.finished_at = State.SENDING, None
        issue.save(update_fields=["state", "finished_at"])
    return again


# --- To oneself -------------------------------------------------------------------------------------

TEST_STREAM = "bulletin-test"
TEST_MARK = "[Test] "


@transaction.atomic
def send_test(*, issue: BulletinIssue, by: User, now: dt.datetime) -> int:
    """Every edition to the one who asks, through the ledger, as the mail would be now; no count of the issue knows of it."""
    found = progress.mails_of(issue)
    for name, written in found.items():
        archive = f"{settings.SITE_URL}{reverse('bulletin:archive')}"
        mail.post(
            key=f"{TEST_STREAM}:{issue.public_id}:{by.public_id}:{now.timestamp():.0f}:{name}",
            stream=TEST_STREAM,
            lane=Lane.NOTICE,
            subject=f"{TEST_MARK}{written.subject}",
            text=written.text,
            html=written.html,
            recipients=[Recipient(by.email, {"preferences_url": archive, "unsubscribe_url": archive})],
            by=by,
            now=now,
        )
    return len(found)


def _lock(issue: BulletinIssue) -> None:
    issue.refresh_from_db(from_queryset=BulletinIssue.objects.select_for_update())
