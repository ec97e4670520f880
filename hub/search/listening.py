"""What search hears: every change to what is found, to who may find it, and to the words it is found by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save
from modelsearch import signal_handlers as modelsearch
from modelsearch.index import get_indexed_models
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import post_page_move

from forum.signals import question_asked, question_changed, questions_changed
from hub.organisations.models import AlternativeName
from hub.search import outbox, suggestions
from hub.search.sources import Source, all_sources
from taxonomy.models import Concept, ConceptChange, Label
from taxonomy.signals import retagged, terms_changed


def listen() -> None:
    _hear_indexed_models()
    post_save.connect(_restriction_changed, sender=PageViewRestriction, dispatch_uid="search-restricted")
    post_delete.connect(_restriction_changed, sender=PageViewRestriction, dispatch_uid="search-unrestricted")
    post_save.connect(_concept_changed, sender=Concept, dispatch_uid="search-concept")
    terms_changed.connect(_terms_changed, sender=ConceptChange, dispatch_uid="search-terms-changed")
    post_page_move.connect(_page_moved, dispatch_uid="search-page-moved")
    question_changed.connect(_question_changed, dispatch_uid="search-question-changed")
    questions_changed.connect(_questions_changed, dispatch_uid="search-questions-changed")
    question_asked.connect(suggestions.note_posted, dispatch_uid="search-question-asked")
    for signal in (post_save, post_delete):
        signal.connect(_label_changed, sender=Label, dispatch_uid="search-label")
        signal.connect(_council_name_changed, sender=AlternativeName, dispatch_uid="search-council-name")
    for source in all_sources():
        _hear_tags(source)


def _hear_indexed_models() -> None:
    """In the place of modelsearch's receivers, which go through a task: ours is one row in the same transaction."""
    for model in get_indexed_models():
        model.search_auto_update = False  # modelsearch then connects nothing, if its turn comes after ours
        post_save.disconnect(modelsearch.post_save_signal_handler, sender=model)
        post_delete.disconnect(modelsearch.post_delete_signal_handler, sender=model)
        post_save.connect(_changed, sender=model, dispatch_uid=f"search-saved-{model._meta.label}")
        post_delete.connect(_changed, sender=model, dispatch_uid=f"search-deleted-{model._meta.label}")


def _changed(instance: Model, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        outbox.enqueue([instance])


def _restriction_changed(instance: PageViewRestriction, raw: bool = False, **kwargs: Any) -> None:
    """A restriction holds for everything below its page."""
    page = None if raw else Page.objects.filter(pk=instance.page_id).first()
    if page is not None:
        outbox.enqueue_pages(page.get_descendants(inclusive=True))


def _page_moved(instance: Page, **kwargs: Any) -> None:
    """It may have come under a restriction, or from under one, with everything below it."""
    outbox.enqueue_pages(Page.objects.get(pk=instance.pk).get_descendants(inclusive=True))


def _question_changed(question: Model, **kwargs: Any) -> None:
    outbox.enqueue([question])


def _questions_changed(sender: type[Model], questions: Iterable[int], **kwargs: Any) -> None:
    outbox.enqueue_rows(sender, questions)


def _concept_changed(instance: Concept, raw: bool = False, **kwargs: Any) -> None:
    """Published, taken back or retired: what carries the term is found by its name, or no longer."""
    if not raw:
        for source in all_sources():
            outbox.enqueue_tagged(source, instance)


def _terms_changed(change: ConceptChange, **kwargs: Any) -> None:
    """Some of it is written past any save(), and undoing writes rows as they were. An import, which may have changed
    thousands of terms and holds a lock, leaves one row; the worker spells it out."""
    if change.kind == ConceptChange.Kind.IMPORT:
        outbox.enqueue([change])
    else:
        outbox.enqueue_change(change)


def _label_changed(instance: Label, raw: bool = False, **kwargs: Any) -> None:
    """Heard before `Label.save` copies a new preferred name to its concept: so a rename is seen as one."""
    if raw:
        return
    outbox.enqueue_rows(Concept, [instance.concept_id])
    if instance.kind == Label.Kind.PREFERRED:
        renamed = Concept.objects.filter(pk=instance.concept_id).exclude(label=instance.text).first()
        if renamed is not None:
            for source in all_sources():
                outbox.enqueue_tagged(source, renamed)


def _council_name_changed(instance: AlternativeName, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        outbox.enqueue_rows(instance._meta.get_field("organisation").related_model, [instance.organisation_id])


def _hear_tags(source: Source) -> None:
    if source.tag_model is None:
        return

    def one_by_one(instance: Model, raw: bool = False, **kwargs: Any) -> None:
        if not raw:
            outbox.enqueue_rows(source.model, [getattr(instance, source.tag_key)])

    def together(instance: Model, action: str, **kwargs: Any) -> None:
        if action.startswith("post_"):
            outbox.enqueue([instance])

    def in_bulk(owners: Iterable[Any], **kwargs: Any) -> None:
        outbox.enqueue_rows(source.model, owners)

    retagged.connect(in_bulk, sender=source.tag_model, weak=False, dispatch_uid=f"search-retagged-{source.kind}")
    post_save.connect(one_by_one, sender=source.tag_model, weak=False, dispatch_uid=f"search-tagged-{source.kind}")
    post_delete.connect(one_by_one, sender=source.tag_model, weak=False, dispatch_uid=f"search-untagged-{source.kind}")
    m2m_changed.connect(together, sender=source.tag_model, weak=False, dispatch_uid=f"search-tags-{source.kind}")
