"""What the bulletin hears: that the ledger writes to somebody no more, and whose mailbox an address has turned out to be."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed, email_removed
from django.db.models.signals import post_save
from django.utils import timezone

from hub.accounts.models import User
from hub.bulletin import actions
from hub.bulletin.actions.consenting import SAID_OTHERWISE
from hub.bulletin.models import STREAM
from hub.mail import signals as ledger
from hub.mail.models import Delivery, Suppression


def listen() -> None:
    post_save.connect(_mail_stopped, sender=Suppression, dispatch_uid="bulletin-mail-stopped")
    ledger.complained.connect(_complained, dispatch_uid="bulletin-complained")
    ledger.left.connect(_left_by_mail, dispatch_uid="bulletin-left-by-mail")
    email_confirmed.connect(_address_proved, dispatch_uid="bulletin-address-proved")
    email_removed.connect(_address_gone, dispatch_uid="bulletin-address-gone")


def _mail_stopped(instance: Suppression, created: bool, **kwargs: Any) -> None:
    """Erasure, and leaving everything, have verbs of their own."""
    if created and instance.reason not in SAID_OTHERWISE:
        actions.stop(address_hash=instance.address_hash, reason=instance.reason, now=instance.created_at)


def _complained(delivery: Delivery, now: dt.datetime, **kwargs: Any) -> None:
    """The ledger has opted them out already; here it ends the subscription."""
    if delivery.message.stream == STREAM:
        actions.stop(address_hash=delivery.address_hash, reason="complaint", now=now)


def _left_by_mail(delivery: Delivery, now: dt.datetime, **kwargs: Any) -> None:
    if delivery.message.stream == STREAM:
        actions.leave_by_mail(address_hash=delivery.address_hash, now=now)


def _address_proved(email_address: EmailAddress, **kwargs: Any) -> None:
    actions.link_account(user=email_address.user, email=email_address.email, now=timezone.now())


def _address_gone(user: User, email_address: EmailAddress, **kwargs: Any) -> None:
    actions.unlink_account(user=user, email=email_address.email, now=timezone.now())
