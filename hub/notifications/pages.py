"""A new page that carries a followed term. A room calls `tell_of_new` for its kind of page in AppConfig.ready()."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from wagtail.signals import page_published

from hub.accounts.models import User
from hub.core.models import BasePage
from hub.notifications import kinds, queries
from hub.notifications.actions import notify
from hub.notifications.kinds import Kind, Subject, Words
from taxonomy.models import concepts_shown


def tell_of_new(model: type[BasePage], *, name: str, says: str) -> None:
    """`model` has its terms in `concept_tags`. Only the first time a page is published: a new version is no new page."""
    subject = Subject(name, lambda viewer: model.objects.visible_to(viewer), _in_words, key="translation_key")
    kind = Kind(f"{name}-published", subject, says)
    kinds.register(kind)

    def published(instance: Any, revision: Any = None, **kwargs: Any) -> None:
        page = instance.specific
        if not instance.live or instance.first_published_at != instance.last_published_at:
            return
        publisher = revision.user if revision is not None else None
        notify(
            event_key=f"published:{page.translation_key}",
            kind=kind.name,
            subject=str(page.translation_key),
            people=queries.followers("term", [concept.public_id for concept in concepts_shown(page.concept_tags.all())]),
            by=publisher if isinstance(publisher, User) else None,
            now=timezone.now(),
        )

    page_published.connect(published, sender=model, weak=False, dispatch_uid=f"notifications of {name}")


def _in_words(page: BasePage) -> Words:
    return Words(title=page.title, url=page.url or "", extract=page.summary)
