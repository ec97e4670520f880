"""Announcing events by program: what an editor does in Wagtail, as one verb."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from hub.accounts.models import User
from hub.core.publishing import publish_page
from hub.events.models import EventConcept, EventIndexPage, EventPage
from taxonomy.models import Concept


@transaction.atomic
def announce_event(
    *,
    parent: EventIndexPage,
    fields: dict[str, Any],
    concepts: list[Concept],
    by: User,
    now: dt.datetime,
    members_only: bool = False,
) -> EventPage:
    page = EventPage(**fields, owner=by)
    page.concept_tags = [EventConcept(concept=concept) for concept in concepts]
    return publish_page(page, parent=parent, by=by, now=now, members_only=members_only)
