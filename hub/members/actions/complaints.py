"""Complaining, answering a complaint, and forgetting it in the end."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from hub.accounts.models import User
from hub.members import privacy_letters
from hub.members.models import Complaint

# Long enough for somebody to go to the Information Commissioner, or to court, with what we answered.
KEPT_FOR = dt.timedelta(days=365)


class AnsweredAlready(PermissionDenied):
    """By somebody else, perhaps since the page was drawn."""


@transaction.atomic
def complain(*, address: str, about: str, text: str, name: str = "", by: User | None = None, now: dt.datetime) -> Complaint:
    """Acknowledged by mail in the same transaction. The mail quotes nothing, so that no stranger is written to in our name."""
    complaint = Complaint.objects.create(name=name, address=address, about=about, text=text, sender=by, received_at=now)
    privacy_letters.acknowledge(complaint, now)
    privacy_letters.tell_those_who_answer(complaint, now)
    return complaint


@transaction.atomic
def answer_complaint(*, complaint: Complaint, text: str, by: User, now: dt.datetime) -> None:
    """Goes to the address by mail; a complaint is answered once."""
    complaint.refresh_from_db(from_queryset=Complaint.objects.select_for_update())
    if not complaint.is_open:
        raise AnsweredAlready
    complaint.answer, complaint.answered_at, complaint.answered_by = text, now, by
    complaint.save(update_fields=["answer", "answered_at", "answered_by"])
    privacy_letters.send_answer(complaint, now)


@transaction.atomic
def blank_complaints(*, now: dt.datetime) -> int:
    """A year after the answer; at once for somebody who has closed their account meanwhile."""
    done = Complaint.objects.answered().filter(Q(sender_has_left=True) | Q(answered_at__lte=now - KEPT_FOR), blanked_at=None)
    return done.update(name="", address="", text="", answer="", sender=None, blanked_at=now)
