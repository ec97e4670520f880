from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from django_tasks import default_task_backend
from modelsearch import signal_handlers
from modelsearch.backends import get_search_backend, get_search_backends
from modelsearch.index import get_indexed_models
from modelsearch.query import PlainText
from wagtail.models import Page, PageViewRestriction

from hub.core import duties
from hub.library.models import BriefingPaperConcept
from hub.organisations.models import AlternativeName, Organisation
from hub.search import documents, outbox
from hub.search.engines import whoosh_store
from hub.search.models import IndexChange
from taxonomy import actions
from taxonomy.actions import importing
from taxonomy.models import Label
from taxonomy.skos.plan import Wanted
from tests.factories.organisations import CouncilFactory
from tests.factories.pages import BriefingPaperIndexPageFactory, BriefingPaperPageFactory, members_only
from tests.factories.stepshare import ProductFactory
from tests.factories.taxonomy import ConceptFactory


def number_found(audience, word):
    return len(get_search_backend(audience).rank(PlainText(word)))


def waiting(thing):
    return IndexChange.objects.filter(content_type__model=thing._meta.model_name, object_pk=str(thing.pk)).count()


def test_a_thing_waits_once_however_often_it_changes(db):
    council = CouncilFactory()
    for _ in range(3):
        council.save()
    for backend in get_search_backends():
        backend.add(council)

    assert waiting(council) == 1


def test_a_save_writes_one_row_and_no_task(db, django_assert_num_queries, monkeypatch):
    council = CouncilFactory()
    monkeypatch.setattr(
        type(default_task_backend), "enqueue", lambda *args, **kwargs: pytest.fail("a task was enqueued"), raising=False
    )

    with django_assert_num_queries(2):
        council.save(force_update=True)


def test_modelsearch_hears_nothing_itself():
    heard = [
        model
        for model in get_indexed_models()
        for signal, receiver in (
            (post_save, signal_handlers.post_save_signal_handler),
            (post_delete, signal_handlers.post_delete_signal_handler),
        )
        if receiver in signal._live_receivers(model)[0]
    ]

    assert heard == []


def test_what_is_rolled_back_is_not_indexed(db):
    before = IndexChange.objects.count()

    with transaction.atomic():
        CouncilFactory()
        transaction.set_rollback(True)

    assert IndexChange.objects.count() == before


def test_a_drained_outbox_is_empty_and_draining_again_changes_nothing(db, drain):
    CouncilFactory(name="Ambleford Council")
    drain()
    generation = get_search_backend("public").store.searcher().reader().generation()
    Organisation.objects.get().save()

    assert drain() == 1
    assert IndexChange.objects.count() == 0
    assert get_search_backend("public").store.searcher().reader().generation() == generation


def test_a_change_made_while_the_row_is_handled_is_not_lost(db, drain, monkeypatch):
    council = CouncilFactory(name="Ambleford Council")
    drain()
    council.save()
    tell = outbox._tell

    def changed_meanwhile(audience, by_model):
        told = tell(audience, by_model)
        if audience == "members":
            council.name = "Westmere Council"
            council.save()
        return told

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "_tell", changed_meanwhile)
        outbox.drain(timezone.now())

    assert waiting(council) == 1
    assert number_found("public", "westmere") == 0
    drain()
    assert number_found("public", "westmere") == 1


def test_while_an_index_is_rebuilt_the_changes_wait(db, monkeypatch, drain):
    monkeypatch.setattr(whoosh_store, "WAIT_FOR_LOCK", 0.1)
    CouncilFactory(name="Ambleford Council")
    backend = get_search_backend("public")
    rebuilder = backend.rebuilder_class(backend.get_index_for_model(Page))
    rebuilder.start()

    assert outbox.drain(timezone.now()) == 0
    rebuilder.finish()
    assert drain() > 0
    assert number_found("public", "ambleford") == 1


def test_a_limit_takes_the_oldest_first(db):
    first, second = CouncilFactory(), CouncilFactory()
    IndexChange.objects.filter(object_pk=str(first.pk)).update(changed_at=timezone.now() - dt.timedelta(minutes=1))
    IndexChange.objects.exclude(content_type__model="organisation").delete()

    assert outbox.drain(timezone.now(), limit=1) == 1
    assert (waiting(first), waiting(second)) == (0, 1)


def test_one_thing_that_cannot_be_read_does_not_hold_up_the_others(db, monkeypatch, drain, caplog):
    CouncilFactory(name="Broken Council")
    CouncilFactory(name="Ambleford Council")
    texts = documents._texts

    def breaks(thing, fields, *, skip_concepts):
        if getattr(thing, "name", "") == "Broken Council":
            raise ValueError("cannot be read")
        return texts(thing, fields, skip_concepts=skip_concepts)

    monkeypatch.setattr(documents, "_texts", breaks)
    drain()

    assert number_found("public", "ambleford") == 1
    assert IndexChange.objects.count() == 0
    assert "cannot be indexed" in caplog.text


def test_an_outbox_that_is_behind_says_so(db, caplog):
    CouncilFactory()

    outbox.drain(timezone.now() + dt.timedelta(hours=1))

    assert "behind" in caplog.text


def test_a_restriction_reaches_everything_below_its_page(papers, drain):
    BriefingPaperPageFactory(parent=papers, title="Trams")
    drain()
    assert number_found("public", "trams") == 1

    members_only(papers)
    drain()
    assert (number_found("public", "trams"), number_found("members", "trams"), number_found("default", "trams")) == (0, 1, 1)

    PageViewRestriction.objects.all().delete()
    drain()
    assert number_found("public", "trams") == 1


def test_a_page_moved_under_a_restriction_leaves_the_public_index(papers, home_page, drain):
    paper = BriefingPaperPageFactory(parent=papers, title="Trams")
    closed = members_only(BriefingPaperIndexPageFactory(slug="closed"))
    drain()

    Page.objects.get(pk=paper.pk).move(closed, pos="last-child")
    drain()

    assert (number_found("public", "trams"), number_found("members", "trams")) == (0, 1)


def test_unpublishing_leaves_the_admins_index_only(papers, drain):
    paper = BriefingPaperPageFactory(parent=papers, title="Trams")
    drain()

    paper.unpublish()
    drain()

    assert [number_found(audience, "trams") for audience in ("public", "members", "default")] == [0, 0, 1]


@pytest.mark.parametrize("of_type", [True, False])
def test_deleting_leaves_every_index(papers, drain, of_type):
    paper = BriefingPaperPageFactory(parent=papers, title="Trams")
    drain()

    (paper if of_type else Page.objects.get(pk=paper.pk)).delete()
    drain()

    assert [number_found(audience, "trams") for audience in ("public", "members", "default")] == [0, 0, 0]


def test_deleting_a_branch_leaves_nothing_of_it(papers, drain):
    BriefingPaperPageFactory(parent=papers, title="Trams")
    drain()

    Page.objects.get(pk=papers.pk).delete()
    drain()

    assert number_found("default", "trams") == 0


def test_publishing_a_draft_brings_its_words(papers, drain, editor):
    paper = BriefingPaperPageFactory(parent=papers, title="Trams", live=False)
    drain()
    assert number_found("public", "trams") == 0

    paper.save_revision(user=editor).publish(user=editor)
    drain()

    assert number_found("public", "trams") == 1


def test_a_page_is_found_by_its_terms_and_by_their_new_name(papers, drain):
    concept = ConceptFactory(label="Channel shift")
    paper = BriefingPaperPageFactory(parent=papers, title="Trams")
    drain()
    tag = BriefingPaperConcept.objects.create(page=paper, concept=concept)
    drain()
    assert number_found("public", "channel") == 2

    label = Label.objects.get(concept=concept)
    label.text = "Moving online"
    label.save()
    drain()
    assert (number_found("public", "channel"), number_found("public", "online")) == (0, 2)

    tag.delete()
    drain()
    assert number_found("public", "online") == 1


def test_a_candidate_terms_name_is_no_public_word(papers, drain):
    paper = BriefingPaperPageFactory(parent=papers, title="Trams")
    BriefingPaperConcept.objects.create(page=paper, concept=ConceptFactory(label="Zorbing", status="candidate"))
    drain()

    assert (number_found("public", "zorbing"), number_found("members", "zorbing")) == (0, 0)


def test_a_council_is_found_by_another_name_given_later(db, drain):
    council = CouncilFactory(name="Ambleford Council")
    drain()

    AlternativeName.objects.create(organisation=council, name="Amblefrod")
    drain()

    assert number_found("public", "amblefrod") == 1


def test_the_worker_has_the_duty():
    assert [duty.every for duty in duties.all_duties() if duty.name == "search index"] == [1]


def test_merged_terms_and_what_carries_them_wait_for_the_index(db, editor, now):
    kiosk, portal = ConceptFactory(), ConceptFactory()
    product = ProductFactory(concepts=[kiosk])
    IndexChange.objects.all().delete()

    actions.merge(concepts=[kiosk], into=portal, by=editor, now=now)

    assert [waiting(thing) for thing in (kiosk, portal, product)] == [1, 1, 1]


def test_an_import_leaves_one_row_under_its_lock_and_the_worker_spells_it_out(db):
    product = ProductFactory(concepts=[ConceptFactory(label="Old name", source_uri="http://example.org/a")])
    scheme = product.concepts.get().scheme
    IndexChange.objects.all().delete()
    data = b"""@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        <http://example.org/a> a skos:Concept ; skos:prefLabel "New name"@en .
        <http://example.org/b> a skos:Concept ; skos:prefLabel "Another"@en ."""

    importing.import_file(data=data, name="x.ttl", wanted=Wanted(scheme.slug), by=None, now=timezone.now())

    assert list(IndexChange.objects.values_list("content_type__model", flat=True)) == ["conceptchange"]
    while outbox.run():
        pass
    assert number_found("default", "another") == 1
    assert number_found("default", "new") == 2  # the term, and the product that carries it
