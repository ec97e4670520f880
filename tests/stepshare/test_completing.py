"""Names complete as they are typed, and nobody is offered the name of what they may not see."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from forum.forms import EditQuestionForm
from hub.core.audience import Audience
from hub.organisations.models import Organisation
from tests.factories.organisations import CouncilFactory, SupplierFactory
from tests.factories.stepshare import ProductFactory, ProjectFactory

pytestmark = pytest.mark.django_db


def offered(client, kind, text):
    return [(name["name"], name["about"]) for name in client.get(f"/share/names/{kind}/", {"q": text}).json()["names"]]


def test_systems_by_the_beginning_of_any_word(client):
    ProductFactory(name="Dovetail CRM", supplier=SupplierFactory(name="Dovetail"))
    ProductFactory(name="Old Dovetail", supplier=None)
    ProductFactory(name="Fallowmere")
    assert offered(client, "systems", "dove") == [("Dovetail CRM", "Dovetail"), ("Old Dovetail", "")]
    assert offered(client, "systems", " CRM ") == [("Dovetail CRM", "Dovetail")]
    assert offered(client, "systems", "vetail") == []
    assert offered(client, "systems", "") == []


def test_projects_that_the_viewer_may_see(client, member):
    ProjectFactory(title="Bins by text", audience=Audience.PUBLIC, council=CouncilFactory(name="Thornby District Council"))
    ProjectFactory(title="Bins in secret", audience=Audience.MEMBERS)
    assert offered(client, "projects", "bins") == [("Bins by text", "Thornby District Council")]
    client.force_login(member)
    assert [name for name, _ in offered(client, "projects", "bins")] == ["Bins by text", "Bins in secret"]


def test_councils_of_today(client):
    CouncilFactory(name="Thornby District Council", short_name="Thornby", tier=Organisation.Tier.DISTRICT)
    CouncilFactory(name="Thornham Borough Council", short_name="Thornham", abolished_on="2023-04-01")
    assert offered(client, "councils", "thorn") == [("Thornby District Council", "District council")]


def test_a_few_are_offered_with_the_same_number_of_queries(client, django_assert_num_queries):
    ProductFactory(name="System 00")
    with django_assert_num_queries(1):
        assert len(offered(client, "systems", "system")) == 1
    for number in range(1, 20):
        ProductFactory(name=f"System {number:02}")
    with django_assert_num_queries(1):
        assert [name for name, _ in offered(client, "systems", "system")] == [f"System {number:02}" for number in range(8)]


def test_nothing_else_completes(client):
    assert client.get("/share/names/members/", {"q": "a"}).status_code == 404


def test_a_form_takes_lines_and_names_sent_one_by_one():
    one, other = ProductFactory(name="Dovetail CRM"), ProductFactory(name="Fallowmere")
    for sent in ("products=Dovetail+CRM%0D%0AFallowmere", "products=Dovetail+CRM&products=Fallowmere&products="):
        form = EditQuestionForm(QueryDict(f"title=Who&body=Why&{sent}"))
        form.is_valid()
        assert form.cleaned_data["products"] == [one, other]
