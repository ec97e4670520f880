"""A mail provider's webhook, read by django-anymail. Sending stays SMTP; without MAIL_WEBHOOK nothing of this is there."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from typing import Any

from django.utils import timezone

from hub.mail import fates, mime
from hub.mail.models import Delivery, DeliveryEvent
from hub.mail.recipients import address_hash

Kind = DeliveryEvent.Kind

KINDS = {"delivered": Kind.DELIVERED, "complained": Kind.COMPLAINT, "failed": Kind.SOFT_BOUNCE, "deferred": Kind.SOFT_BOUNCE}
GONE = ("invalid", "bounced")  # what anymail calls the reasons that are about the mailbox
LOOKED_BACK = dt.timedelta(days=7)


def hear(sender: Any, event: Any, esp_name: str, **kwargs: Any) -> None:
    """anymail's signal `tracking`. A deferral is the provider still trying: only what ends a delivery counts."""
    if event.event_type in ("bounced", "rejected"):
        kind: str = Kind.HARD_BOUNCE if event.reject_reason in GONE else Kind.SOFT_BOUNCE
    elif event.event_type in ("delivered", "complained", "failed"):
        kind = KINDS[event.event_type]
    else:
        return
    now = timezone.now()
    delivery_id = _delivery_id(event, now)
    if delivery_id is not None:
        said = str(event.mta_response or event.description or "")
        heard = fates.Heard(esp_name, _event_id(event), kind, event.timestamp or now, said=said)
        fates.record(delivery_id=delivery_id, heard=heard, now=now)


def _raw(event: Any) -> str:
    return json.dumps(event.esp_event, sort_keys=True, default=str)


def _event_id(event: Any) -> str:
    """Several providers name none."""
    return str(event.event_id or hashlib.sha256(f"{event.event_type}{_raw(event)}".encode()).hexdigest())


def _delivery_id(event: Any, now: dt.datetime) -> str | None:
    """By our Message-ID if the provider kept it; otherwise the newest mail that went to this address."""
    ours = re.search(rf"[2-9a-z]{{10}}\.([2-9a-z]{{10}})@{re.escape(mime.host())}", f"{event.message_id} {_raw(event)}")
    if ours:
        return ours[1]
    sent = Delivery.objects.filter(
        address_hash=address_hash(event.recipient or ""),
        state__in=[Delivery.State.ACCEPTED, Delivery.State.UNCERTAIN],
        settled_at__gte=now - LOOKED_BACK,
    )
    return sent.order_by("-settled_at", "-pk").values_list("public_id", flat=True).first()
