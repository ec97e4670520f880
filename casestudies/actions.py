"""Writing case studies by program: what an editor does in Wagtail, as one verb."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from casestudies.models import CaseStudyConcept, CaseStudyIndexPage, CaseStudyPage
from hub.accounts.models import User
from hub.core.publishing import publish_page
from stepshare.models import Product
from taxonomy.models import Concept


@transaction.atomic
def publish_case_study(
    *,
    parent: CaseStudyIndexPage,
    fields: dict[str, Any],
    concepts: list[Concept],
    products: list[Product],
    by: User,
    now: dt.datetime,
    members_only: bool = False,
) -> CaseStudyPage:
    """`fields`: the page's own, council, title and body among them. Restricted before it is published, never after."""
    page = CaseStudyPage(**fields, owner=by)
    page.concept_tags = [CaseStudyConcept(concept=concept) for concept in concepts]
    page.products = products
    return publish_page(page, parent=parent, by=by, now=now, members_only=members_only)
