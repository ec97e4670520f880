from __future__ import annotations

import pytest

from hub.organisations.models import MailDomain
from tests.factories.organisations import MailDomainFactory, SupplierFactory

BACKEND = "hub.members.backends.SignInBackend"
LIST = "/admin/snippets/organisations/maildomain/"


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator, backend=BACKEND)
    return client


def test_an_administrator_adds_a_domain_in_any_capitals(admin, council):
    admin.post(f"{LIST}add/", {"domain": " Ambleford.Example", "organisation": council.pk})

    assert MailDomain.objects.get().domain == "ambleford.example"


@pytest.mark.parametrize("domain", ["ambleford", "\u0430mbleford.example", "a@ambleford.example"])
def test_what_is_no_domain_is_refused_in_our_words(admin, council, domain):
    response = admin.post(f"{LIST}add/", {"domain": domain, "organisation": council.pk})

    assert "Write the domain like ambleford.gov.uk" in response.content.decode()
    assert not MailDomain.objects.exists()


def test_a_domain_goes_to_councils_only(admin):
    admin.post(f"{LIST}add/", {"domain": "acme.example", "organisation": SupplierFactory().pk})

    assert not MailDomain.objects.exists()


def test_the_list_is_found_from_the_menu_and_names_council_and_domain(admin, council):
    MailDomainFactory(domain="ambleford.example", organisation=council)

    content = admin.get(LIST).content.decode()

    assert "ambleford.example" in content
    assert "Ambleford District Council" in content


@pytest.mark.parametrize("persona", ["facilitator", "editor"])
def test_nobody_else_sees_or_changes_them(client, persona, request, council):
    domain = MailDomainFactory(domain="ambleford.example", organisation=council)
    client.force_login(request.getfixturevalue(persona), backend=BACKEND)

    assert client.get(LIST)["Location"] == "/admin/"
    assert client.post(f"{LIST}delete/{domain.pk}/")["Location"] == "/admin/"
    assert MailDomain.objects.exists()
