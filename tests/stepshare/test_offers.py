"""Members who are happy to be asked about a system, and members on a council's page."""

from __future__ import annotations

import pytest
from django.utils import timezone

from hub.core import personal_data
from hub.members.models import Membership
from stepshare.models import ProductOffer
from tests.factories.members import MembershipFactory
from tests.factories.stepshare import ProductFactory, ProductOfferFactory

BACKEND = "hub.members.backends.SignInBackend"

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    return ProductFactory(name="Dovetail CRM", slug="dovetail-crm")


@pytest.fixture
def as_member(client, member):
    client.force_login(member, backend=BACKEND)
    return client


def test_a_member_says_it_twice_and_is_in_the_list_once(as_member, member, product):
    for _ in range(2):
        response = as_member.post("/share/systems/dovetail-crm/ask-me/", follow=True)

    content = response.content.decode()
    assert "Members now see that they may ask you about Dovetail CRM." in content
    assert f'<a href="/members/{member.public_id}/">Priya Nair</a>' in content
    assert "No longer ask me about this" in content
    assert ProductOffer.objects.count() == 1


def test_it_can_be_taken_back(as_member, member, product):
    ProductOfferFactory(user=member, product=product)

    response = as_member.post("/share/systems/dovetail-crm/no-longer-ask-me/", follow=True)

    assert "I am happy to be asked about this" in response.content.decode()
    assert not ProductOffer.objects.exists()


@pytest.mark.parametrize("button", ["ask-me", "no-longer-ask-me"])
def test_a_visitor_is_led_to_sign_in_and_back_to_the_system(client, product, button):
    address = f"/share/systems/dovetail-crm/{button}/"

    assert client.post(address)["Location"] == "/account/login/?next=/share/systems/dovetail-crm/"


@pytest.mark.parametrize("persona", ["pending", "supplier_person"])
def test_somebody_who_is_no_member_cannot(request, client, product, persona):
    client.force_login(request.getfixturevalue(persona), backend=BACKEND)

    assert client.post("/share/systems/dovetail-crm/ask-me/").status_code == 403
    assert not ProductOffer.objects.exists()


@pytest.mark.parametrize("persona", ["visitor", "pending", "supplier_person"])
def test_outsiders_see_no_member_on_a_systems_or_a_councils_page(request, client, member, council, product, persona):
    ProductOfferFactory(user=member, product=product)
    person = request.getfixturevalue(persona)
    if person.is_authenticated:
        client.force_login(person, backend=BACKEND)

    for address in ("/share/systems/dovetail-crm/", "/share/councils/ambleford/"):
        content = client.get(address).content.decode()
        assert "Priya" not in content
        assert "Members happy" not in content
        assert "Members here" not in content


def test_whoever_has_left_is_in_neither_list(as_member, product, council):
    gone = MembershipFactory(organisation=council, user__first_name="Quillwort").user
    ProductOfferFactory(user=gone, product=product)
    assert "Quillwort" in as_member.get("/share/systems/dovetail-crm/").content.decode()

    Membership.objects.filter(user=gone).update(ended_at=timezone.now())

    assert "Quillwort" not in as_member.get("/share/systems/dovetail-crm/").content.decode()
    assert "Quillwort" not in as_member.get("/share/councils/ambleford/").content.decode()


def test_a_councils_page_names_its_members_and_leads_to_the_rest(as_member, council):
    MembershipFactory.create_batch(12, organisation=council)

    content = as_member.get("/share/councils/ambleford/").content.decode()

    assert "Members here" in content
    assert 'href="/members/?council=ambleford"' in content
    assert content.count('class="face"') == 12


def test_both_pages_cost_the_same_however_many_members_there_are(as_member, council, product, assert_constant_queries):
    def grow() -> None:
        for _ in range(4):
            ProductOfferFactory(user=MembershipFactory(organisation=council).user, product=product)

    grow()

    assert_constant_queries(lambda: as_member.get("/share/councils/ambleford/"), grow=grow)
    assert_constant_queries(lambda: as_member.get("/share/systems/dovetail-crm/"), grow=grow)


def test_an_offer_is_exported_and_goes_with_the_account(member, product):
    ProductOfferFactory(user=member, product=product)

    assert [row["system"] for row in personal_data.export(member)["stepshare"]["happy_to_be_asked_about"]] == ["Dovetail CRM"]

    personal_data.erase(member)
    assert not ProductOffer.objects.exists()
