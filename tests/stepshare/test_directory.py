from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse

from hub.core.spreadsheets import inert
from hub.organisations.models import AlternativeName, ChangeEvent
from tests.factories.organisations import CouncilFactory, SupplierFactory
from tests.factories.stepshare import InstallationFactory, ProductFactory, ProjectFactory
from tests.factories.taxonomy import ConceptFactory

pytestmark = pytest.mark.django_db


def names(response) -> list[str]:
    return [row.name for row in response.context["page"]]


def changed(kind: str, on: dt.date, predecessors, successors) -> None:
    event = ChangeEvent.objects.create(kind=kind, effective_on=on)
    event.predecessors.set(predecessors)
    event.successors.set(successors)


# --- Councils ----------------------------------------------------------------------------------------------------------------


def council_list(client, **query):
    return client.get(reverse("stepshare:council_list"), query)


def test_councils_are_found_by_any_name(client, council):
    CouncilFactory(name="Saltmere Borough Council")
    AlternativeName.objects.create(organisation=council, name="Amblefird")

    assert names(council_list(client, q="amble")) == ["Ambleford District Council"]
    assert names(council_list(client, q="amblefird")) == ["Ambleford District Council"]


def test_councils_that_are_no_more_are_listed_only_when_asked_for_by_name(client, council):
    CouncilFactory(name="Eastholme District Council", abolished_on=dt.date(2019, 4, 1))

    assert names(council_list(client)) == ["Ambleford District Council"]
    found = council_list(client, q="eastholme")
    assert names(found) == ["Eastholme District Council"]
    assert b"ended on 1 April 2019" in found.content


def test_suppliers_are_not_among_the_councils(client):
    SupplierFactory(name="Brackenfield")

    assert names(council_list(client)) == []


def test_councils_are_narrowed_by_nation_and_kind_and_each_filter_can_be_taken_away(client):
    CouncilFactory(name="Strathorran", nation="Scotland", tier="scottish")
    CouncilFactory(name="Ambleford", nation="England", tier="district")

    response = council_list(client, nation="Scotland", tier="scottish", page="1")

    assert names(response) == ["Strathorran"]
    assert response.context["chosen"] == [
        {"label": "Scottish council", "url": "?nation=Scotland"},
        {"label": "Scotland", "url": "?tier=scottish"},
    ]


def test_a_filter_that_cannot_be_read_counts_as_not_chosen(client, council):
    response = council_list(client, nation="Mercia", tier="empire")

    assert names(response) == ["Ambleford District Council"]
    assert response.context["chosen"] == []


def test_a_council_says_what_it_is(client, council):
    council.population, council.region, council.website = 104312, "South West", "https://ambleford.example"
    council.county = CouncilFactory(name="Westmarch County Council")
    council.save()

    content = client.get(council.get_absolute_url()).content.decode()

    for words in (
        "District council",
        "England",
        "South West",
        "104,312",
        "in 2020",
        "https://ambleford.example",
        "Westmarch County Council",
    ):
        assert words in content


def test_a_council_says_what_it_was_made_from(client, council):
    changed(
        "merge",
        dt.date(2023, 4, 1),
        [CouncilFactory(name="Eastholme", slug="eastholme"), CouncilFactory(name="Fenwick"), CouncilFactory(name="Arden")],
        [council],
    )

    (origin,) = client.get(council.get_absolute_url()).context["origins"]

    assert origin.before == "Made from"
    assert [body.name for body in origin.bodies] == ["Arden", "Eastholme", "Fenwick"]
    assert origin.after == "on 1 April 2023."


def test_the_words_between_bodies_read_as_a_sentence(client, council):
    changed("merge", dt.date(2023, 4, 1), [CouncilFactory(name="Arden"), CouncilFactory(name="Fenwick", slug="fenwick")], [council])

    content = client.get(council.get_absolute_url()).content.decode()

    assert '</a> and <a href="/share/councils/fenwick/">Fenwick</a>' in content


def test_a_council_that_is_no_more_leads_to_the_bodies_of_today(client, council, django_assert_max_num_queries):
    between = CouncilFactory(name="Holmwick", abolished_on=dt.date(2023, 4, 1))
    gone = CouncilFactory(name="Eastholme", abolished_on=dt.date(2019, 4, 1))
    changed("merge", dt.date(2019, 4, 1), [gone], [between])
    changed("merge", dt.date(2023, 4, 1), [between], [council])

    with django_assert_max_num_queries(30):
        content = client.get(gone.get_absolute_url()).content.decode()

    assert "Abolished on 1 April 2019; its area is now part of" in content
    assert "Ambleford District Council" in content
    assert "Holmwick" not in content


def test_a_council_without_known_successor_says_so(client):
    gone = CouncilFactory(abolished_on=dt.date(2015, 4, 1))

    assert b"The register does not say what its area is part of now." in client.get(gone.get_absolute_url()).content


def test_a_council_that_will_end_says_when(client, council):
    ending = CouncilFactory(abolished_on=dt.date(2099, 4, 1))
    changed("merge", dt.date(2099, 4, 1), [ending], [council])

    content = client.get(ending.get_absolute_url()).content.decode()

    assert "Ends on 1 April 2099; its area becomes part of" in content


def test_a_supplier_has_no_council_page(client):
    supplier = SupplierFactory(slug="brackenfield")

    assert client.get(reverse("stepshare:council", kwargs={"slug": "brackenfield"})).status_code == 404
    assert supplier.get_absolute_url() == "/share/systems/?supplier=brackenfield"


def test_a_fact_carries_its_age_its_audience_and_who_entered_it(client, member, council):
    long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    InstallationFactory(council=council, version="8.2", hosting="supplier-hosted", last_confirmed_at=long_ago, own_council=True)
    client.force_login(member)

    (fact,) = client.get(council.get_absolute_url()).context["installations"]

    assert fact.value == "Live, version 8.2, hosted by the supplier"
    assert fact.age.startswith("confirmed ")
    assert fact.age.endswith(" years ago")
    assert fact.audience == "own council only"
    assert fact.note == "entered by a member"
    assert fact.is_stale


def test_a_council_with_a_lead_vouches_for_its_facts(client, member, lead, council):
    InstallationFactory(council=council)
    client.force_login(member)

    (fact,) = client.get(council.get_absolute_url()).context["installations"]

    assert fact.note == ""


# --- Systems -----------------------------------------------------------------------------------------------------------------


def system_list(client, **query):
    return client.get(reverse("stepshare:system_list"), query)


def test_systems_are_found_by_their_names_and_their_suppliers(client):
    ProductFactory(name="Brackenfield CRM", former_names="Fernhill", supplier=SupplierFactory(name="Brackenfield Software"))
    ProductFactory(name="Dovetail Forms")

    for words in ("brackenfield crm", "fernhill", "software"):
        assert names(system_list(client, q=words)) == ["Brackenfield CRM"]


def test_systems_are_narrowed_by_what_they_do_and_by_supplier(client):
    crm, supplier = ConceptFactory(label="CRM", slug="crm"), SupplierFactory(name="Dovetail", slug="dovetail")
    ProductFactory(name="Dovetail CRM", supplier=supplier, concepts=[crm])
    ProductFactory(name="Dovetail Forms", supplier=supplier)

    response = system_list(client, concept="crm", supplier="dovetail")

    assert names(response) == ["Dovetail CRM"]
    assert [chosen["label"] for chosen in response.context["chosen"]] == ["CRM", "Dovetail"]
    assert b"1 system<" in response.content


def test_systems_come_by_name_or_by_number_of_councils_or_newest_first(client, member):
    client.force_login(member)
    alder = ProductFactory(name="alder", entered_at=dt.datetime(2024, 1, 1, tzinfo=dt.UTC))
    birch = ProductFactory(name="Birch", entered_at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    InstallationFactory(product=birch)

    assert names(system_list(client)) == ["alder", "Birch"]
    assert names(system_list(client, sort="councils")) == ["Birch", "alder"]
    assert names(system_list(client, sort="newest")) == ["Birch", "alder"]
    assert system_list(client, sort="newest").context["chosen"] == []
    assert alder.slug


def test_a_council_that_has_a_system_twice_counts_once_and_a_retired_one_not_at_all(client, member, council):
    client.force_login(member)
    product = ProductFactory()
    InstallationFactory(product=product, council=council)
    InstallationFactory(product=product, council=council, legacy_area=CouncilFactory())
    InstallationFactory(product=product, status="retired")

    assert system_list(client).context["page"][0].council_count == 1


def test_nothing_found_offers_the_next_step(client):
    ProductFactory()

    response = system_list(client, q="zebra")

    assert b"No system fits" in response.content
    assert b"Show all systems" in response.content


def test_the_export_holds_what_is_shown(client, member):
    client.force_login(member)
    crm = ConceptFactory(label="CRM", slug="crm")
    ProductFactory(name="Dovetail CRM", slug="dovetail-crm", supplier=SupplierFactory(name="Dovetail"), concepts=[crm])
    ProductFactory(name="Inkwell")

    response = client.get(reverse("stepshare:system_export"), {"concept": "crm"})

    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert rows == [
        {
            "System": "Dovetail CRM",
            "Supplier": "Dovetail",
            "What it does": "CRM",
            "Summary": "",
            "Councils": "no council has it on record",
            "Website": "",
            "Address": "http://testserver/share/systems/dovetail-crm/",
            "Councils that use it": "",
            "Councils that consider or procure it": "",
            "Councils that have retired it": "",
        }
    ]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\r=1"])
def test_no_exported_cell_is_a_formula(client, cell):
    ProductFactory(name=cell, summary=cell)

    content = client.get(reverse("stepshare:system_export")).content.decode("utf-8-sig")

    (row,) = list(csv.reader(io.StringIO(content, newline="")))[1:]
    assert row[0] == row[3] == f"'{cell}"
    assert inert("Plain - text") == "Plain - text"


def test_a_system_says_who_runs_it_the_retired_last(client, member):
    client.force_login(member)
    product = ProductFactory(concepts=[ConceptFactory(label="CRM")])
    InstallationFactory(product=product, status="retired", council__name="Ambleford")
    InstallationFactory(product=product, council__name="Westmarch")

    response = client.get(product.get_absolute_url())

    assert [fact.name for fact in response.context["installations"]] == ["Westmarch", "Ambleford"]
    assert b"CRM" in response.content


# --- Projects ----------------------------------------------------------------------------------------------------------------


def test_projects_are_narrowed_by_phase_by_what_they_look_for_and_by_term(client):
    gis = ConceptFactory(label="GIS", slug="gis")
    wanted = ProjectFactory(public=True, phase="beta", seeking="partner", concepts=[gis])
    ProjectFactory(public=True, phase="beta", seeking="advice")

    response = client.get(reverse("stepshare:project_list"), {"phase": "beta", "seeking": "partner", "concept": "gis"})

    assert list(response.context["page"]) == [wanted]
    assert b"Looks for a partner council" in response.content


def test_a_project_answers_at_its_id_and_with_an_old_slug(client):
    project = ProjectFactory(
        public=True, body_html="<p>Body</p>", lesson="Start small.", partners=[CouncilFactory(name="Saltmere")]
    )

    short = client.get(f"/share/projects/{project.public_id}/")
    old = client.get(f"/share/projects/{project.public_id}/what-it-was-called/")
    page = client.get(project.get_absolute_url())

    assert short["Location"] == old["Location"] == project.get_absolute_url()
    for words in (b"<p>Body</p>", b"Start small.", b"Saltmere"):
        assert words in page.content


def test_projects_for_which_a_council_looks_for_others_stand_on_the_front(client):
    wanted = ProjectFactory(public=True, seeking="partner")
    ProjectFactory(public=True, seeking="partner", phase="closed")
    ProjectFactory(public=True)

    assert list(client.get(reverse("stepshare:index")).context["projects"]) == [wanted]


# --- Costs -------------------------------------------------------------------------------------------------------------------


def filled(number: int) -> None:
    concept = ConceptFactory()
    for _ in range(number):
        product = ProductFactory(concepts=[concept])
        InstallationFactory(product=product, council=CouncilFactory(county=CouncilFactory()))
        ProjectFactory(public=True, seeking="advice", products=[product], concepts=[concept], partners=[CouncilFactory()])


@pytest.mark.parametrize("name", ["index", "council_list", "system_list", "system_export", "project_list"])
def test_a_list_costs_the_same_however_long_it_gets(client, member, name, assert_constant_queries):
    client.force_login(member)
    filled(5)

    assert_constant_queries(lambda: client.get(reverse(f"stepshare:{name}")), grow=lambda: filled(45))


def test_a_council_costs_the_same_however_much_it_has(client, member, council, assert_constant_queries):
    client.force_login(member)

    def grow(number: int) -> None:
        InstallationFactory.create_batch(number, council=council, legacy_area=CouncilFactory())
        for _ in range(number):
            ProjectFactory(council=council, concepts=[ConceptFactory()])
            changed("merge", dt.date(2023, 4, 1), [CouncilFactory()], [council])

    grow(5)

    assert_constant_queries(lambda: client.get(council.get_absolute_url()), grow=lambda: grow(45))


def test_a_system_costs_the_same_however_many_run_it(client, member, assert_constant_queries):
    client.force_login(member)
    product = ProductFactory()

    def grow(number: int) -> None:
        InstallationFactory.create_batch(number, product=product)
        ProjectFactory.create_batch(number, products=[product])

    grow(5)

    assert_constant_queries(lambda: client.get(product.get_absolute_url()), grow=lambda: grow(45))


def test_a_project_costs_the_same_however_many_are_in_it(client, assert_constant_queries):
    project = ProjectFactory(public=True)

    def grow(number: int) -> None:
        project.partners.add(*CouncilFactory.create_batch(number))
        project.products.add(*ProductFactory.create_batch(number))

    grow(5)

    assert_constant_queries(lambda: client.get(project.get_absolute_url()), grow=lambda: grow(45))
