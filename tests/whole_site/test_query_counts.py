"""Every list costs the same number of queries with 5 rows and with 50 (rooms test their own lists; this one the gathered pages)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Site

from hub.library.models import BriefingPaperConcept
from tests.factories.forum import AnswerFactory, InterestFactory, QuestionFactory
from tests.factories.pages import (
    BriefingPaperIndexPageFactory,
    BriefingPaperPageFactory,
    CaseStudyIndexPageFactory,
    CaseStudyPageFactory,
    EventIndexPageFactory,
    EventPageFactory,
    HomePageFactory,
)
from tests.factories.stepshare import InstallationFactory, ProjectFactory
from tests.factories.taxonomy import ConceptFactory

BACKEND = "hub.members.backends.SignInBackend"


@pytest.fixture
def grow(db, council):
    """Adds rows of every kind to the site."""
    home = HomePageFactory()
    Site.objects.update(root_page=home)
    Site.clear_site_root_paths_cache()
    papers, studies, events = (
        factory(parent=home) for factory in (BriefingPaperIndexPageFactory, CaseStudyIndexPageFactory, EventIndexPageFactory)
    )
    concept = ConceptFactory(label="Shared term")

    def add(number: int) -> None:
        for n in range(number):
            paper = BriefingPaperPageFactory(parent=papers)
            BriefingPaperConcept.objects.create(page=paper, concept=concept)
            CaseStudyPageFactory(parent=studies)
            EventPageFactory(parent=events, date=timezone.localdate() + dt.timedelta(days=n))
            question = QuestionFactory()
            question.concepts.add(concept)
            InterestFactory(question=question)
            if n % 2:
                AnswerFactory(question=question)
            InstallationFactory(council=council)
            ProjectFactory()

    return add


ADDRESSES = ["/", "/case-studies/", "/a-z/shared-term/", "/share/councils/ambleford/"]


def counts(clients):
    """The number of queries for each address and persona, once everything is warm."""
    found = {}
    for persona, client in clients.items():
        for address in ADDRESSES:
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            found[persona, address] = len(queries)
    return found


def test_gathered_pages_cost_the_same_with_5_rows_and_with_50(grow, member):
    clients = {"visitor": Client(), "member": Client()}
    clients["member"].force_login(member, backend=BACKEND)
    grow(5)
    few = counts(clients)

    grow(45)

    assert counts(clients) == few
    assert max(few.values()) <= 30
