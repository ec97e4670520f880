from __future__ import annotations

import csv
import datetime as dt
import io
import os
import random
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from hub.organisations import actions
from hub.organisations.addresses import mail_domain_of
from hub.organisations.models import ChangeEvent, MailDomain, Organisation
from hub.organisations.queries import councils_of_address, exists_on
from tests.factories.organisations import CouncilFactory, MailDomainFactory, SupplierFactory
from tests.hub.organisations.look_alikes import look_alikes

REGISTER, DOMAINS = os.environ.get("HUB_REGISTER", ""), os.environ.get("HUB_DOMAINS", "")
TODAY = dt.date(2026, 5, 5)
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
LABEL = st.text(LETTERS, min_size=2, max_size=12)


@pytest.mark.parametrize(
    "address",
    ["mira@ambleford.example", "Mira.O'Brien+hub@AMBLEFORD.Example", "m_r-a=1@ambleford.example", "{m}~|`@ambleford.example"],
)
def test_an_ordinary_address_belongs_to_the_whole_of_its_domain(address):
    assert mail_domain_of(address) == "ambleford.example"


@pytest.mark.parametrize("address", sorted(look_alikes("ambleford.example", random.Random(1))))
def test_a_look_alike_never_reads_as_the_domain(address):
    assert mail_domain_of(address) != "ambleford.example"


@given(st.text(max_size=40), LABEL, LABEL)
def test_whatever_stands_around_it_only_the_whole_domain_counts(noise, name, end):
    domain = f"{name}.x{end}"
    for address in (f"a@{domain}{noise}", f"a@{noise}{domain}", f"{noise}@{domain}@x.example", f"a@x.example{noise}@{domain}"):
        found = mail_domain_of(address)

        assert found != domain or address.lower() == f"{address.partition('@')[0].lower()}@{domain}"


@given(st.text(max_size=60))
def test_nothing_that_can_be_typed_breaks_it_and_what_it_answers_stands_at_the_end(address):
    found = mail_domain_of(address)

    assert not found or (address.isascii() and address.lower().endswith(f"@{found}") and address.count("@") == 1)


# --- Councils ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_one_domain_may_serve_several_councils():
    first, second = CouncilFactory(name="B"), CouncilFactory(name="A")
    for council in (first, second):
        MailDomainFactory(domain="shared.example", organisation=council)

    assert councils_of_address("a@shared.example", TODAY) == [second, first]


@pytest.mark.django_db
def test_the_domain_of_an_abolished_council_leads_to_its_successor_and_the_one_after():
    gone, between, last = (CouncilFactory() for _ in range(3))
    MailDomainFactory(domain="gone.example", organisation=gone)
    for before, after, year in ((gone, between, 2019), (between, last, 2023)):
        actions.record_change(
            kind=ChangeEvent.Kind.TAKEOVER,
            effective_on=dt.date(year, 4, 1),
            predecessors=[before],
            successors=[after],
            by=None,
            now=dt.datetime.now(dt.UTC),
        )

    assert councils_of_address("a@gone.example", TODAY) == [last]
    assert councils_of_address("a@gone.example", dt.date(2020, 1, 1)) == [between]


@pytest.mark.django_db
def test_a_domain_that_leads_to_the_same_council_twice_leads_to_one():
    gone, council = CouncilFactory(), CouncilFactory()
    for organisation in (gone, council):
        MailDomainFactory(domain="council.example", organisation=organisation)
    actions.record_change(
        kind=ChangeEvent.Kind.MERGE,
        effective_on=dt.date(2020, 4, 1),
        predecessors=[gone],
        successors=[council],
        by=None,
        now=dt.datetime.now(dt.UTC),
    )

    assert councils_of_address("a@council.example", TODAY) == [council]


@pytest.mark.django_db
def test_a_suppliers_domain_proves_nothing():
    MailDomainFactory(domain="acme.example", organisation=SupplierFactory())

    assert councils_of_address("a@acme.example", TODAY) == []


# --- The real lists ---------------------------------------------------------------------------------


@pytest.fixture
def real_domains(db) -> list[tuple[str, str]]:
    call_command("import_authorities", REGISTER, stdout=io.StringIO())
    call_command("import_domains", DOMAINS, stdout=io.StringIO())
    with Path(DOMAINS).open(newline="", encoding="utf-8") as file:
        return [(row["domain"], row["local-authority-code"]) for row in csv.DictReader(file)]


@pytest.mark.real_register
@pytest.mark.skipif(not (REGISTER and DOMAINS), reason="HUB_REGISTER and HUB_DOMAINS name the real lists")
def test_every_real_domain_leads_to_its_council_or_to_what_covers_its_area_today(real_domains):
    wrong = []
    for domain, code in real_domains:
        found = councils_of_address(f"First.Last@{domain}", TODAY)
        council = Organisation.objects.get(identifiers__scheme="la-code", identifiers__value=code)
        if not found or (exists_on(council, TODAY) and council not in found):
            wrong.append((domain, code))

    assert len(real_domains) > 380
    assert wrong == []
    assert len(councils_of_address("a@adur-worthing.gov.uk", TODAY)) == 2
    assert [council.name for council in councils_of_address("a@tauntondeane.gov.uk", TODAY)] == ["Somerset Council"]


@pytest.mark.real_register
@pytest.mark.skipif(not (REGISTER and DOMAINS), reason="HUB_REGISTER and HUB_DOMAINS name the real lists")
def test_no_look_alike_of_a_real_domain_leads_anywhere(real_domains):
    chance, tried, accepted = random.Random(2026), 0, []
    stored = set(MailDomain.objects.values_list("domain", flat=True))
    for domain, _ in real_domains:
        for address in look_alikes(domain, chance):
            tried += 1
            if mail_domain_of(address) in stored and councils_of_address(address, TODAY):
                accepted.append(address)

    assert tried >= 5000
    assert accepted == []
