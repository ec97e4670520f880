"""Nor at the desk, in the notes to whoever wrote without their name, and in the facts that councils put on record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Page

from forum import actions as forum
from hub.accounts.models import User
from hub.core.audience import Audience
from hub.core.markdown import render
from hub.desk.models import DeskEntry, ReasonTemplate
from stepshare.models import FactAudience
from tests.factories.desk import ReasonTemplateFactory, ReportFactory
from tests.factories.forum import QuestionFactory
from tests.factories.members import MembershipFactory
from tests.factories.organisations import CouncilFactory, SupplierFactory
from tests.factories.stepshare import InstallationFactory, ProductFactory, ProjectFactory, ProposedEntryFactory
from tests.journeys import vectors
from tests.journeys.firing import assert_nothing_fires, assert_would_fire, pages_of, signed_in, together

pytestmark = pytest.mark.django_db


def as_text() -> list[str]:
    return [vector.replace("\0", "") for vector in vectors.bare()]


def read(client: Client, addresses: Iterable[str]) -> Iterator[str]:
    for address in addresses:
        yield from pages_of(client, address)


def test_at_the_desk(shown: Page, facilitator: User, now: dt.datetime) -> None:
    """What is reported and by whom, why it was decided so, and the words that are kept for reasons."""
    reports, questions = [], []
    for number, text in enumerate(as_text()):
        asker = MembershipFactory(user__first_name=text[:150], user__last_name=text[:150]).user
        question = QuestionFactory(title=text[:140], body=text, body_html=render(text), author=asker)
        questions.append(question)
        address = "reader@council.example"
        reports.append(ReportFactory(thing=question, text=text, name=text[:120], address=address))
        DeskEntry.objects.create(tray="report", key=reports[-1].public_id, decision="hide", reason=text, by=asker, at=now)
        ReasonTemplateFactory(name=text[:70] + str(number), for_decision=ReasonTemplate.For.HIDE, text=text)
    pages = read(
        signed_in(facilitator),
        [
            *("/desk/", "/desk/decided/"),
            *(f"/desk/report/{report.public_id}/" for report in reports[::9]),
            *(f"/report/question/{question.public_id}/" for question in questions[::19]),
        ],
    )

    for html in together(list(pages)):
        assert_nothing_fires(shown, html)
    assert_would_fire(shown, html)


def test_in_what_was_written_without_a_name_and_in_the_notes_about_it(
    shown: Page, member: User, facilitator: User, administrator: User, now: dt.datetime
) -> None:
    posts = []
    for text in as_text():
        post = forum.ask(title=text[:140], body=text, audience=Audience.PUBLIC, by=member, now=now, unnamed=True)
        forum.relay(post=post, body=text, by=facilitator, now=now)
        posts.append(post)
    for post, text in zip(posts[::9], as_text()[::9], strict=True):
        forum.ask_to_break_seal(post=post, reason=text, by=administrator, now=now)
        forum.decline_post(post=post, reason=text, by=facilitator, now=now)
    pages = [
        *read(signed_in(member), ["/question-time/unnamed/"]),
        *read(signed_in(facilitator), ["/desk/", "/question-time/seals/"]),
        *read(signed_in(facilitator), [f"/question-time/unnamed/{post.public_id}/write/" for post in posts[1::19]]),
    ]

    assert pages[0].count("alert(") > 250
    for html in together(pages):
        assert_nothing_fires(shown, html)
    assert_would_fire(shown, *pages[::-1])


def test_in_what_councils_put_on_record(shown: Page, council, lead: User, now: dt.datetime) -> None:
    """Systems, their suppliers, how a council uses them, projects, lessons, and what waits to go on record."""
    products, installations, projects, proposals = [], [], [], []
    for number, text in enumerate(as_text()):
        supplier = SupplierFactory(name=text[:120], short_name=text[:60], slug=f"supplier-{number}")
        product = ProductFactory(
            name=text[:120],
            slug=f"fires-{number}",
            summary=text[:300],
            former_names=text[:300],
            supplier=supplier,
            website="https://e.example/",
        )
        installation = InstallationFactory(
            council=council,
            product=product,
            version=text[:60],
            used_for=text[:300],
            local_name=text[:80],
            audience=FactAudience.PUBLIC,
        )
        project = ProjectFactory(
            title=text[:140],
            slug=f"fires-{number}",
            council=council,
            summary=text[:300],
            body=text,
            body_html=render(text),
            lesson=text,
            audience=Audience.PUBLIC,
            partners=[CouncilFactory(name=text[:120], short_name=text[:60], slug=f"partner-{number}")],
            products=[product],
        )
        data = {"status": "live", "version": text[:60], "used_for": text[:300], "local_name": text[:80], "audience": "members"}
        proposals.append(ProposedEntryFactory(council=council, product=product, subject=text[:120], data=data))
        products.append(product)
        installations.append(installation)
        projects.append(project)
    addresses = [
        *("/share/", "/share/systems/", "/share/projects/", council.get_absolute_url(), "/share/proposals/"),
        *(product.get_absolute_url() for product in products[::9]),
        *(project.get_absolute_url() for project in projects[::9]),
        *(f"/share/installations/{installation.public_id}/change/" for installation in installations[::9]),
        *(f"{project.get_absolute_url()}change/" for project in projects[::9]),
        *(f"/share/proposals/{proposal.public_id}/" for proposal in proposals[::9]),
    ]

    for html in together(list(read(signed_in(lead), addresses))):
        assert_nothing_fires(shown, html)
    assert_would_fire(shown, html)
