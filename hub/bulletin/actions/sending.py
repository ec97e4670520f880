"""An issue goes into the ledger, once. What becomes of each mail is written there and nowhere else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from hub.accounts.models import User
from hub.bulletin import editions, links, queries
from hub.bulletin.models import STREAM, BulletinEdition, BulletinIssue, Subscriber
from hub.bulletin.refusals import Refusal
from hub.mail import actions as mail
from hub.mail import queries as ledger
from hub.mail.models import Delivery, Lane, Message
from hub.mail.recipients import Recipient


@transaction.atomic
def send(*, issue: BulletinIssue, by: User, now: dt.datetime) -> None:
    """Everybody who takes the bulletin now, each with the topics they chose. Pressed twice, it sends once."""
    _lock(issue)
    if issue.is_out:
        return
    if issue.state != BulletinIssue.State.FROZEN:
        raise Refusal("Freeze the issue first: what is sent has to stand still.")
    for topics in editions.topic_choices():
        subscribers = Subscriber.objects.active().who_want(topics)
        if subscribers.exists() and (edition := editions.current(issue, topics, now)):
            _post(edition, _recipients(subscribers.iterator(chunk_size=1000)), by, now)
    issue.state, issue.sent_at = BulletinIssue.State.SENDING, now
    issue.save(update_fields=["state", "sent_at"])


def _recipients(subscribers: Iterable[Subscriber]) -> Iterator[Recipient]:
    for subscriber in subscribers:
        yield Recipient(
            subscriber.email or "",
            {"preferences_url": links.preferences_url(subscriber), "unsubscribe_url": links.unsubscribe_url(subscriber)},
        )


def _post(edition: BulletinEdition, recipients: Iterable[Recipient], by: User | None, now: dt.datetime) -> Message:
    """List-Id and the two List-Unsubscribe headers are the ledger's: it knows the stream and the marker."""
    return mail.post(
        key=edition.key,
        stream=STREAM,
        lane=Lane.BULK,
        subject=edition.subject,
        text=edition.text,
        html=edition.html,
        headers={
            "List-Archive": f"<{settings.SITE_URL}{reverse('bulletin:archive')}>",
            "Archived-At": f"<{settings.SITE_URL}{edition.issue.get_absolute_url()}>",
        },
        recipients=recipients,
        by=by,
        now=now,
    )


@transaction.atomic
def finish(*, issue: BulletinIssue, now: dt.datetime) -> bool:
    """Sent, once everybody is accounted for. True if that is so."""
    _lock(issue)
    if issue.state != BulletinIssue.State.SENDING:
        return issue.state == BulletinIssue.State.SENT
    messages = queries.messages_of(issue)
    if not all(ledger.is_finished(message) for message in messages):
        return False
    if _revise_for_those_held_back(issue, messages, now):
        return False
    if not all(ledger.is_balanced(message) for message in messages):
        return False
    issue.state, issue.finished_at = BulletinIssue.State.SENT, now
    issue.save(update_fields=["state", "finished_at"])
    return True


def _revise_for_those_held_back(issue: BulletinIssue, messages: list[Message], now: dt.datetime) -> bool:
    """Something was hidden while the issue went out: those whose mail spoke of it get one that does not."""
    by_key = {message.key: message for message in messages}
    newest: dict[str, BulletinEdition] = {}
    for edition in issue.editions.order_by("revision"):
        newest[edition.topics] = edition
    revised = False
    for edition in newest.values():
        message = by_key.get(edition.key)
        held = list(message.deliveries.filter(skip_reason=Delivery.SkipReason.NOT_ALLOWED).exclude(address="")) if message else []
        if held and (revision := editions.revise(edition, now)):
            _post(revision, (Recipient(delivery.address, delivery.fields) for delivery in held), None, now)
            revised = True
    return revised


def _lock(issue: BulletinIssue) -> None:
    issue.refresh_from_db(from_queryset=BulletinIssue.objects.select_for_update())
