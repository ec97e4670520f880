"""Who takes the bulletin, under an account or under the address of one; and who had a hand in an issue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from hub.accounts.models import User
from hub.bulletin.actions.consenting import record
from hub.bulletin.models import BulletinIssue, BulletinSchedule, ConsentEvent, ListReading, Subscriber
from hub.bulletin.topics import labels_of, offered
from hub.mail.recipients import address_hash

# In what somebody had a hand in an issue.
HANDS = {"composed_by": "composed", "submitted_by": "submitted", "approved_by": "approved", "stopped_by": "called off"}

FIELDS = {
    "bulletin.Subscriber": {
        "id": "not",
        "address_hash": "sealed",
        **dict.fromkeys(["public_id", "email", "user", "state", "topic_key", "wants_members_edition", "paused_until"], "personal"),
        **dict.fromkeys(["wording_version", "source", "ip_hash", "asked_at", "confirmed_at", "left_at", "created_at"], "personal"),
        "token_version": "not",
    },
    "bulletin.ConsentEvent": {
        "id": "not",
        "address_hash": "sealed",
        **dict.fromkeys(["kind", "wording_version", "source", "ip_hash", "said", "happened_at"], "personal"),
    },
    "bulletin.ListReading": {
        "read_by": "personal",
        **dict.fromkeys(["id", "public_id", "reason", "number", "told", "read_at"], "not"),
    },
    "bulletin.BulletinTopic": dict.fromkeys(["id", "public_id", "concept", "slot", "position"], "not"),
    "bulletin.BulletinIssue": {
        **dict.fromkeys(HANDS, "personal"),
        **dict.fromkeys(["id", "public_id", "number", "title", "opening", "opening_html", "state", "pause_reason"], "not"),
        **dict.fromkeys(["period", "send_on", "send_time", "created_at", "submitted_at", "frozen_at"], "not"),
        **dict.fromkeys(["reminded_at", "sent_at", "stopped_at", "finished_at"], "not"),
    },
    "bulletin.BulletinSchedule": {
        "changed_by": "personal",
        **dict.fromkeys(["id", "is_on", "every", "first_on", "at", "draft_days_before", "changed_at"], "not"),
    },
    "bulletin.BulletinItem": dict.fromkeys(
        [
            *("id", "public_id", "issue", "section", "page", "question", "concept", "proposal", "position", "note", "audience"),
            *("title", "url", "kicker", "summary", "topic_key"),
        ],
        "not",
    ),
    "bulletin.BulletinEdition": dict.fromkeys(
        [
            *("id", "issue", "audience", "variant", "revision", "key", "subject", "html", "text", "sha256"),
            *("topic_labels", "link_only", "item_count", "written_at"),
        ],
        "not",
    ),
}


def _subscriptions(user: User) -> QuerySet[Subscriber]:
    """Of every address the account has, whoever signed up."""
    return Subscriber.objects.filter(Q(user=user) | Q(address_hash__in=_hashes(user)))


def _hashes(user: User) -> list[str]:
    addresses = {user.email, *user.emailaddress_set.values_list("email", flat=True)}  # type: ignore[attr-defined]  # allauth's reverse relation
    return [address_hash(address) for address in addresses]


def _consent(user: User) -> QuerySet[ConsentEvent]:
    return ConsentEvent.objects.filter(
        address_hash__in={*_hashes(user), *_subscriptions(user).values_list("address_hash", flat=True)}
    )


def export(user: User) -> dict[str, Any]:
    topics = offered()
    data: dict[str, list[dict[str, Any]]] = {
        "subscriptions": [
            {
                "email": row.email,
                "state": row.get_state_display(),
                "topics": labels_of(row.topic_key, topics) or ["everything new"],
                "agreed_to_wording": row.wording_version,
                "asked_at": row.asked_at.isoformat(),
                "confirmed_at": row.confirmed_at.isoformat() if row.confirmed_at else None,
                "left_at": row.left_at.isoformat() if row.left_at else None,
                "rests_until": row.paused_until.isoformat() if row.paused_until else None,
                "members_edition": row.wants_members_edition,
            }
            for row in _subscriptions(user).order_by("created_at")
        ],
        "consent": [
            {
                "what": event.get_kind_display(),
                "wording": event.wording_version,
                "where": event.source,
                "said": event.said,
                "when": event.happened_at.isoformat(),
            }
            for event in _consent(user).order_by("happened_at", "pk")
        ],
        "list_of_subscribers_opened": [
            {"why": reading.reason, "when": reading.read_at.isoformat()}
            for reading in ListReading.objects.filter(read_by=user).order_by("read_at")
        ],
        "bulletin_issues": [
            {"issue": row.title, "started": row.created_at.isoformat(), "you": [HANDS[hand] for hand in _hands_of(row, user)]}
            for row in _issues(user).order_by("number")
        ],
    }
    return {kind: rows for kind, rows in data.items() if rows}


def holdings(user: User) -> Iterator[tuple[str, str, bool]]:
    if _subscriptions(user).exists():
        yield "Your bulletin: the address, the topics, and when you agreed", "It goes, and no further issue comes.", False
    if _consent(user).exists():
        stays = (
            "A code in place of your address stays, with what you agreed to and when: the proof that we wrote because you asked."
        )
        yield "That you asked for the bulletin, and when you left", stays, True
    if readings := ListReading.objects.filter(read_by=user).count():
        yield (
            f"That you opened the list of subscribers, {readings} time{'' if readings == 1 else 's'}",
            "It stays. That it was you goes.",
            True,
        )
    if issues := _issues(user).count():
        yield (
            f"{issues} bulletin issue{'' if issues == 1 else 's'} that you had a hand in",
            "They stay. That it was you goes.",
            True,
        )


def _issues(user: User) -> QuerySet[BulletinIssue]:
    return BulletinIssue.objects.filter(Q(*[(hand, user) for hand in HANDS], _connector=Q.OR))


def _hands_of(issue: BulletinIssue, user: User) -> list[str]:
    return [hand for hand in HANDS if getattr(issue, f"{hand}_id") == user.pk]


def erase(user: User) -> None:
    """What waits for them in the ledger is skipped by `hub.mail`."""
    now = timezone.now()
    events = _consent(user)
    events = ConsentEvent.objects.filter(pk__in=list(events.values_list("pk", flat=True)))
    for hashed in sorted(set(events.order_by().values_list("address_hash", flat=True))):
        record(ConsentEvent.Kind.ERASED, "", now, hashed=hashed)
    events.update(ip_hash="")
    _subscriptions(user).delete()
    ListReading.objects.filter(read_by=user).update(read_by=None)
    for hand in HANDS:
        BulletinIssue.objects.filter(**{hand: user}).update(**{hand: None})
    BulletinSchedule.objects.filter(changed_by=user).update(changed_by=None)
