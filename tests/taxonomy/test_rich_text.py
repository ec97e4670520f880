from __future__ import annotations

import json

import pytest
from django.urls import reverse
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.models import ReferenceIndex
from wagtail.rich_text import expand_db_html

from hub.core.blocks import RICH_TEXT
from taxonomy import actions
from taxonomy.models import Concept
from tests.conftest import NOW
from tests.factories.pages import BriefingPaperIndexPageFactory, BriefingPaperPageFactory
from tests.factories.taxonomy import ConceptFactory

pytestmark = pytest.mark.django_db


def link(concept: Concept) -> str:
    return f'<p>A <a linktype="concept" id="{concept.pk}">screen</a> in the foyer.</p>'


def test_a_link_leads_to_the_address_of_today(editor):
    kiosk = ConceptFactory(label="Kiosk")
    assert expand_db_html(link(kiosk)) == '<p>A <a href="/a-z/kiosk/">screen</a> in the foyer.</p>'

    actions.rename(concept=kiosk, label="Booth", by=editor, now=NOW)

    assert expand_db_html(link(kiosk)) == '<p>A <a href="/a-z/booth/">screen</a> in the foyer.</p>'


def test_a_term_that_readers_may_not_read_is_no_link():
    candidate = ConceptFactory(label="Quillwort", status="candidate")
    gone = Concept(pk=candidate.pk + 1)

    assert "href" not in expand_db_html(link(candidate))
    assert "quillwort" not in expand_db_html(link(candidate))
    assert "href" not in expand_db_html(link(gone))


def test_the_text_editor_takes_a_link_and_gives_it_back():
    kiosk = ConceptFactory(label="Kiosk")
    converter = ContentstateConverter(features=RICH_TEXT)

    state = converter.from_database_format(link(kiosk))

    (entity,) = json.loads(state)["entityMap"].values()
    assert (entity["type"], entity["data"]["label"]) == ("CONCEPT", "Kiosk")
    assert f'<a linktype="concept" id="{kiosk.pk}">screen</a>' in converter.to_database_format(state)


def test_a_linked_term_knows_where_it_is_linked(home_page):
    kiosk = ConceptFactory(label="Kiosk")
    index = BriefingPaperIndexPageFactory(parent=home_page)
    paper = BriefingPaperPageFactory(parent=index)
    paper.body = [("text", link(kiosk))]
    paper.save_revision().publish()
    ReferenceIndex.create_or_update_for_object(paper)

    assert ReferenceIndex.get_references_to(kiosk).exists()


def test_the_window_for_choosing_tells_the_editor_name_and_address(client, editor):
    kiosk = ConceptFactory(label="Kiosk")
    client.force_login(editor)

    response = client.get(reverse(Concept.snippet_viewset.chooser_viewset.get_url_name("chosen"), args=[kiosk.pk]))

    chosen = response.json()["result"]
    assert (chosen["title"], chosen["url"]) == ("Kiosk", "/a-z/kiosk/")
