"""Writing papers by program: what an editor does in Wagtail, as one verb."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from hub.accounts.models import User
from hub.core.publishing import publish_page
from hub.library.models import BriefingPaperConcept, BriefingPaperIndexPage, BriefingPaperPage
from taxonomy.models import Concept


@transaction.atomic
def publish_paper(
    *,
    parent: BriefingPaperIndexPage,
    fields: dict[str, Any],
    concepts: list[Concept],
    by: User,
    now: dt.datetime,
    members_only: bool = False,
) -> BriefingPaperPage:
    """`fields`: the page's own, title and body among them. Restricted before it is published, never after."""
    page = BriefingPaperPage(**fields, owner=by)
    page.concept_tags = [BriefingPaperConcept(concept=concept) for concept in concepts]
    return publish_page(page, parent=parent, by=by, now=now, members_only=members_only)
