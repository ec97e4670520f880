"""What the A-Z hears of pages, and of its own changes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from wagtail.models import Page
from wagtail.signals import page_published

from taxonomy.actions.finding import follow_on
from taxonomy.actions.retagging import catch_up
from taxonomy.models import ConceptChange
from taxonomy.signals import terms_changed


def listen() -> None:
    terms_changed.connect(_terms_changed, dispatch_uid="taxonomy-follow-on")
    page_published.connect(_page_published, dispatch_uid="taxonomy-page-published")


@transaction.atomic
def _page_published(instance: Page, **kwargs: Any) -> None:
    catch_up(instance.specific)


def _terms_changed(change: ConceptChange, **kwargs: Any) -> None:
    follow_on(change, change.made_at)
