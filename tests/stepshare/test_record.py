from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from hub.members import actions as members
from hub.organisations.models import ChangeEvent, Organisation
from stepshare import actions, personal_data
from stepshare.models import Installation, Product, Project
from tests.factories.members import MembershipFactory
from tests.factories.organisations import CouncilFactory, SupplierFactory
from tests.factories.stepshare import InstallationFactory, ProductFactory, ProjectFactory
from tests.factories.taxonomy import ConceptFactory

MAY_RECORD = {
    "visitor": 302,
    "pending": 403,
    "supplier_person": 403,
    "stranger": 403,
    "editor": 403,
    "member": 200,
    "colleague": 200,
    "lead": 200,
    "facilitator": 200,
    "administrator": 200,
}
ANSWERS = {"status": "live", "hosting": "own", "users": "unknown", "audience": "members"}


def form_pages(council) -> list[str]:
    fact, project = InstallationFactory(council=council, public=True), ProjectFactory(council=council, public=True)
    return [
        reverse("stepshare:installation_add", kwargs={"slug": council.slug}),
        reverse("stepshare:product_add", kwargs={"slug": council.slug}),
        reverse("stepshare:project_add", kwargs={"slug": council.slug}),
        reverse("stepshare:installation_change", kwargs={"public_id": fact.public_id}),
        reverse("stepshare:project_change", kwargs={"public_id": project.public_id, "slug": project.slug}),
    ]


@pytest.mark.parametrize(("name", "status"), MAY_RECORD.items())
def test_a_council_is_recorded_by_its_people_and_facilitators(request, client, council, name, status):
    viewer = request.getfixturevalue(name)
    if viewer.is_authenticated:
        client.force_login(viewer)

    assert {client.get(page).status_code for page in form_pages(council)} == {status}
    shows_button = b"Add a system" in client.get(council.get_absolute_url()).content
    assert shows_button is (status == 200)


@pytest.mark.parametrize(("name", "status"), MAY_RECORD.items())
@pytest.mark.parametrize("verb", ["confirm", "retire"])
def test_the_buttons_answer_those_who_may(request, client, council, name, status, verb):
    viewer = request.getfixturevalue(name)
    if viewer.is_authenticated:
        client.force_login(viewer)
    fact = InstallationFactory(council=council, public=True, last_confirmed_at=None)

    response = client.post(reverse(f"stepshare:installation_{verb}", kwargs={"public_id": fact.public_id}))

    fact.refresh_from_db()
    assert response.status_code == (403 if status == 403 else 302)
    assert (fact.last_confirmed_at is not None) is (status == 200)


def test_a_get_confirms_nothing(client, member, council):
    client.force_login(member)
    fact = InstallationFactory(council=council)

    assert client.get(reverse("stepshare:installation_confirm", kwargs={"public_id": fact.public_id})).status_code == 405


def test_a_fact_of_another_council_only_is_missing_to_a_stranger(client, stranger, council):
    client.force_login(stranger)
    fact = InstallationFactory(council=council, own_council=True)

    assert client.get(reverse("stepshare:installation_change", kwargs={"public_id": fact.public_id})).status_code == 404


def test_a_council_that_is_no_more_keeps_its_record_as_it_is(client, member, facilitator, council):
    Organisation.objects.filter(pk=council.pk).update(abolished_on=dt.date(2020, 4, 1))

    for viewer in (member, facilitator):
        client.force_login(viewer)
        assert client.get(reverse("stepshare:installation_add", kwargs={"slug": council.slug})).status_code == 403


def test_somebody_who_has_left_records_nothing(client, member, council):
    members.leave(membership=member.memberships.get(), now=timezone.now())
    client.force_login(member)

    assert client.get(reverse("stepshare:installation_add", kwargs={"slug": council.slug})).status_code == 403


# --- My council --------------------------------------------------------------------------------------------------------------


def test_my_council_leads_to_the_councils_page(client, member, council):
    client.force_login(member)

    assert client.get(reverse("stepshare:my_council"))["Location"] == council.get_absolute_url()


@pytest.mark.parametrize("name", ["pending", "supplier_person", "facilitator"])
def test_without_a_council_the_page_says_so(request, client, name):
    client.force_login(request.getfixturevalue(name))

    assert b"You do not speak for a council here yet." in client.get(reverse("stepshare:my_council")).content


def test_a_visitor_signs_in_first(client):
    assert client.get(reverse("stepshare:my_council"))["Location"].endswith("?next=/share/my-council/")


# --- Systems -----------------------------------------------------------------------------------------------------------------


def add(client, council, **answers):
    return client.post(reverse("stepshare:installation_add", kwargs={"slug": council.slug}), {**ANSWERS, **answers})


def test_a_member_puts_a_system_on_record(client, member, council):
    client.force_login(member)
    product = ProductFactory()

    response = add(client, council, product=product.public_id, version="8.2", went_live_on="2024-03-01")

    fact = Installation.objects.get()
    assert response["Location"] == f"{council.get_absolute_url()}#i-{fact.public_id}"
    assert (fact.council, fact.product, fact.version, fact.went_live_on) == (council, product, "8.2", dt.date(2024, 3, 1))
    assert (fact.audience, fact.source, fact.entered_by, fact.last_confirmed_by) == ("members", "member", member, member)


def test_what_a_facilitator_enters_is_marked_as_such(client, facilitator, council):
    client.force_login(facilitator)

    add(client, council, product=ProductFactory().public_id)

    assert Installation.objects.get().source == "facilitator"


def test_the_form_asks_in_plain_sentences_who_may_see_it(client, member, council):
    client.force_login(member)

    content = client.get(reverse("stepshare:installation_add", kwargs={"slug": council.slug})).content.decode()

    assert "Who may see this?" in content
    assert "Members of the hub: people who work in councils. Suppliers are not among them." in content
    assert "Only people from Ambleford District Council, and the facilitators of the hub." in content
    assert 'value="members"' in content


def test_a_system_that_is_missing_is_said_by_name_and_typed_text_is_kept(client, member, council):
    client.force_login(member)

    response = add(client, council, product="nothing", version="8.2")

    assert response.status_code == 200
    assert b"This system is not in the list any more." in response.content
    assert b'value="8.2"' in response.content
    assert b"<title>Error: " in response.content


def test_a_system_is_not_put_on_record_twice(client, member, council):
    client.force_login(member)
    fact = InstallationFactory(council=council, product__name="Dovetail CRM")

    response = add(client, council, product=fact.product.public_id)

    assert b"Ambleford has Dovetail CRM on record. Change what is there instead." in response.content


def test_a_retired_system_may_come_back(client, member, council):
    client.force_login(member)
    fact = InstallationFactory(council=council, status="retired")

    assert add(client, council, product=fact.product.public_id).status_code == 302


def test_the_same_system_may_be_inherited_from_two_councils(client, member, council):
    client.force_login(member)
    event = ChangeEvent.objects.create(kind="merge", effective_on=dt.date(2023, 4, 1))
    event.successors.add(council)
    event.predecessors.set([CouncilFactory(name="Eastholme"), CouncilFactory(name="Fenwick")])
    product = ProductFactory()

    for predecessor in event.predecessors.order_by("name"):
        assert add(client, council, product=product.public_id, legacy_area=predecessor.public_id).status_code == 302

    assert [str(fact.legacy_area) for fact in Installation.objects.order_by("legacy_area__name")] == ["Eastholme", "Fenwick"]
    change_url = reverse(
        "stepshare:installation_change", kwargs={"public_id": Installation.objects.get(legacy_area__name="Fenwick").public_id}
    )
    assert f'value="{event.predecessors.get(name="Fenwick").public_id}" selected' in client.get(change_url).content.decode()


def test_an_end_before_the_start_is_refused(client, member, council):
    client.force_login(member)

    response = add(client, council, product=ProductFactory().public_id, went_live_on="2024-03-01", planned_exit_on="2023-03-01")

    assert b"This day is before it went live." in response.content


def test_a_fact_is_changed_and_confirmed_by_that(client, member, council):
    client.force_login(member)
    fact = InstallationFactory(council=council, last_confirmed_at=None)
    url = reverse("stepshare:installation_change", kwargs={"public_id": fact.public_id})

    response = client.post(url, {**ANSWERS, "status": "phasing-out", "audience": "council"})

    fact.refresh_from_db()
    assert response.status_code == 302
    assert (fact.status, fact.audience, fact.last_confirmed_by) == ("phasing-out", "council", member)


def test_confirming_changes_the_age_and_nothing_else(council, member, now):
    fact = InstallationFactory(council=council, version="8.2", last_confirmed_at=None)

    actions.confirm_installation(installation=fact, by=member, now=now)

    fact.refresh_from_db()
    assert (fact.version, fact.status, fact.last_confirmed_at) == ("8.2", "live", now)


def test_a_retired_system_stays_on_record(client, member, council):
    client.force_login(member)
    fact = InstallationFactory(council=council)

    client.post(reverse("stepshare:installation_retire", kwargs={"public_id": fact.public_id}))

    (shown,) = client.get(council.get_absolute_url()).context["installations"]
    assert shown.value == "Retired"


def test_an_action_refuses_fields_it_does_not_know(council, member, now):
    with pytest.raises(ValueError, match="entered_by"):
        actions.record_installation(council=council, product=ProductFactory(), fields={"entered_by": None}, by=member, now=now)


# --- A system that is missing from the list ----------------------------------------------------------------------------------


def add_product(client, council, **answers):
    return client.post(reverse("stepshare:product_add", kwargs={"slug": council.slug}), answers)


def test_a_missing_system_is_added_with_its_supplier_and_leads_back(client, member, council):
    client.force_login(member)
    crm = ConceptFactory(label="CRM")

    response = add_product(client, council, name="Brackenfield  CRM", supplier="Brackenfield Software", concepts=["CRM"])

    product = Product.objects.get()
    assert (product.name, product.slug, product.supplier.name) == ("Brackenfield CRM", "brackenfield-crm", "Brackenfield Software")
    assert list(product.concepts.all()) == [crm]
    assert response["Location"] == f"/share/councils/ambleford/systems/add/?product={product.public_id}"
    assert f'value="{product.public_id}" selected' in client.get(response["Location"]).content.decode()


def test_a_supplier_of_that_name_is_not_added_twice(client, member, council):
    client.force_login(member)
    supplier = SupplierFactory(name="Brackenfield Software")

    add_product(client, council, name="Brackenfield CRM", supplier="brackenfield software")

    assert Product.objects.get().supplier == supplier


@pytest.mark.parametrize("name", ["Brackenfeild CRM", "brackenfield", "Brackenfield-CRM", "The Brackenfield CRM", "Fernhill"])
def test_near_duplicates_are_shown_first(client, member, council, name):
    client.force_login(member)
    known = ProductFactory(name="Brackenfield CRM", former_names="Fernhill, Bracken")
    ProductFactory(name="Dovetail Forms")

    response = add_product(client, council, name=name)

    assert list(response.context["near"]) == [known]
    assert f"?product={known.public_id}".encode() in response.content
    assert Product.objects.count() == 2


def test_a_system_is_added_all_the_same_when_it_is_none_of_these(client, member, council):
    client.force_login(member)
    ProductFactory(name="Brackenfield CRM", slug="brackenfield-crm-2")

    add_product(client, council, name="Brackenfield Case", supplier="Brackenfield", none_of_these="on")
    add_product(client, council, name="Brackenfield CRM", none_of_these="on")

    assert set(Product.objects.values_list("slug", flat=True)) == {"brackenfield-crm-2", "brackenfield-case", "brackenfield-crm"}


def test_the_same_product_of_the_same_supplier_is_one(now, member):
    supplier = SupplierFactory()

    first = actions.record_product(name="Dovetail CRM", supplier=supplier, by=member, now=now)
    second = actions.record_product(name="dovetail crm", supplier=supplier, by=member, now=now)

    assert first == second


# --- Projects ----------------------------------------------------------------------------------------------------------------

PROJECT = {"title": "One list of services", "summary": "Seven names for one service.", "phase": "alpha", "audience": "members"}


def add_project(client, council, **answers):
    return client.post(reverse("stepshare:project_add", kwargs={"slug": council.slug}), {**PROJECT, **answers})


def test_a_member_puts_a_project_on_record(client, member, council):
    client.force_login(member)
    saltmere, crm, gis = (
        CouncilFactory(name="Saltmere Borough Council", short_name="Saltmere"),
        ProductFactory(name="Dovetail CRM"),
        ConceptFactory(label="GIS"),
    )

    response = add_project(
        client,
        council,
        partners="saltmere\n\nAmbleford",
        products="dovetail crm",
        concepts=["GIS"],
        seeking="advice",
        body="**Bold** <script>",
    )

    project = Project.objects.get()
    assert response["Location"] == project.get_absolute_url()
    assert (project.council, project.slug, project.seeking) == (council, "one-list-of-services", "advice")
    assert list(project.partners.all()) == [saltmere]  # a council is no partner of its own
    assert list(project.products.all()) == [crm]
    assert list(project.concepts.all()) == [gis]
    assert "<strong>Bold</strong>" in project.body_html
    assert "<script>" not in project.body_html


def test_a_partner_nobody_knows_is_named_with_a_suggestion(client, member, council):
    client.force_login(member)
    CouncilFactory(name="Saltmere Borough Council", short_name="Saltmere")

    response = add_project(client, council, partners="Saltmeer")

    assert "We know of no “Saltmeer”. Did you mean Saltmere Borough Council?" in response.content.decode()
    assert b"Saltmeer</textarea>" in response.content


def test_a_name_that_may_be_two_councils_is_asked_about_and_the_current_one_wins(client, member, council):
    client.force_login(member)
    current = CouncilFactory(name="Northmere Council", short_name="Northmere")
    CouncilFactory(name="Northmere County Council", short_name="Northmere", abolished_on=dt.date(2023, 4, 1))

    assert add_project(client, council, partners="Northmere").status_code == 302
    assert list(Project.objects.get().partners.all()) == [current]

    CouncilFactory(name="Northmere District Council", short_name="Northmere")
    assert "may be any of these" in add_project(client, council, partners="Northmere").content.decode()


def test_a_project_is_changed_and_its_form_shows_what_is_there(client, member, council):
    client.force_login(member)
    project = ProjectFactory(
        council=council,
        partners=[CouncilFactory(name="Saltmere Borough Council")],
        products=[ProductFactory(name="Dovetail CRM")],
        concepts=[ConceptFactory(label="GIS")],
    )
    url = reverse("stepshare:project_change", kwargs={"public_id": project.public_id, "slug": project.slug})

    content = client.get(url).content.decode()
    client.post(url, {**PROJECT, "title": "Two lists", "lesson": "Ask first."})

    assert "Saltmere Borough Council</textarea>" in content
    assert "Dovetail CRM</textarea>" in content
    assert 'value="GIS"' in content
    project.refresh_from_db()
    assert (project.title, project.slug, project.lesson) == ("Two lists", "two-lists", "Ask first.")
    assert not project.partners.exists()
    assert not project.concepts.exists()


def test_an_end_before_the_beginning_is_refused(client, member, council):
    client.force_login(member)

    response = add_project(client, council, started_on="2024-03-01", ended_on="2024-02-01")

    assert b"This day is before the start." in response.content


def test_a_partner_council_does_not_change_the_project(client, member, council):
    client.force_login(member)
    project = ProjectFactory(partners=[council])

    url = reverse("stepshare:project_change", kwargs={"public_id": project.public_id, "slug": project.slug})

    assert client.get(url).status_code == 403


def test_somebody_in_two_councils_records_both(client, member):
    second = MembershipFactory(user=member).organisation
    client.force_login(member)

    assert client.get(reverse("stepshare:installation_add", kwargs={"slug": second.slug})).status_code == 200


# --- Personal data -----------------------------------------------------------------------------------------------------------


def test_a_person_who_is_erased_leaves_the_councils_facts(member, council, now):
    product = actions.record_product(name="Dovetail CRM", supplier=None, by=member, now=now)
    fact = actions.record_installation(council=council, product=product, fields=ANSWERS, by=member, now=now)
    actions.record_project(council=council, fields=PROJECT, by=member, now=now)
    exported = personal_data.export(member)

    personal_data.erase(member)

    fact.refresh_from_db()
    assert set(exported) == {"systems_added", "facts_entered", "facts_confirmed", "projects_entered"}
    assert (fact.entered_by, fact.last_confirmed_by, fact.last_confirmed_at) == (None, None, now)
    assert personal_data.export(member) == {}
