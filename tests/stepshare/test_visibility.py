"""Who sees which fact, by every outlet of the room: page, count, filter, export, total."""

from __future__ import annotations

import pytest
from django.urls import reverse

from stepshare.models import Installation, Project
from tests.factories.stepshare import InstallationFactory, ProductFactory, ProjectFactory
from tests.factories.taxonomy import ConceptFactory

pytestmark = pytest.mark.django_db

# Columns: a fact for everyone, for members, for the council itself (the council of `member`, `colleague` and `lead`).
SEES = {
    "visitor": (True, False, False),
    "pending": (True, False, False),
    "supplier_person": (True, False, False),
    "member": (True, True, True),
    "colleague": (True, True, True),
    "lead": (True, True, True),
    "stranger": (True, True, False),
    "editor": (True, True, False),
    "facilitator": (True, True, True),
    "administrator": (True, True, True),
}
AUDIENCES = ("public", "members", "council")


def sign_in(client, viewer):
    if viewer.is_authenticated:
        client.force_login(viewer)


@pytest.fixture(params=SEES)
def persona(request):
    return request.param, request.getfixturevalue(request.param)


@pytest.mark.parametrize(("column", "audience"), list(enumerate(AUDIENCES)))
def test_a_fact_is_visible_to_its_audience(persona, council, column, audience):
    name, viewer = persona
    fact = InstallationFactory(council=council, audience=audience)

    assert (fact in Installation.objects.visible_to(viewer)) is SEES[name][column]


@pytest.mark.parametrize(("column", "audience"), list(enumerate(AUDIENCES)))
def test_every_page_shows_a_fact_to_its_audience_only(persona, council, client, column, audience):
    name, viewer = persona
    fact = InstallationFactory(council=council, audience=audience, local_name="Canary")
    sign_in(client, viewer)

    pages = [client.get(council.get_absolute_url()), client.get(fact.product.get_absolute_url())]

    assert [b"Canary" in page.content for page in pages] == [SEES[name][column]] * 2


@pytest.mark.parametrize(("column", "audience"), list(enumerate(AUDIENCES)))
def test_counts_and_filters_know_only_what_the_viewer_may_see(persona, council, client, column, audience):
    name, viewer = persona
    fact = InstallationFactory(council=council, audience=audience, status="procuring")
    InstallationFactory(product=fact.product, council=council, audience=audience, status="live", legacy_area=council)
    sign_in(client, viewer)

    totals = client.get(reverse("stepshare:index")).context["totals"]
    by_status = client.get(reverse("stepshare:system_list"), {"status": "procuring"}).context["page"]
    on_record = client.get(reverse("stepshare:council_list"), {"on_record": "on"}).context["page"]
    listed = client.get(reverse("stepshare:system_list")).context["page"]

    expected = int(SEES[name][column])
    assert totals["councils_on_record"] == expected
    assert len(by_status) == expected
    assert [shown.system_count for shown in on_record] == [1] * expected
    assert [shown.council_count for shown in listed] == [expected]


@pytest.mark.parametrize("audience", ["public", "members"])
def test_a_project_is_visible_to_its_audience(persona, client, audience):
    name, viewer = persona
    project = ProjectFactory(audience=audience)
    sign_in(client, viewer)
    sees = SEES[name][AUDIENCES.index(audience)]

    assert (project in Project.objects.visible_to(viewer)) is sees
    assert client.get(project.get_absolute_url()).status_code == (200 if sees else 404)
    assert len(client.get(reverse("stepshare:project_list")).context["page"]) == int(sees)
    assert client.get(reverse("stepshare:index")).context["totals"]["projects"] == int(sees)


def test_a_hidden_project_answers_like_a_missing_one(client, council):
    hidden = ProjectFactory(council=council)
    missing = reverse("stepshare:project", kwargs={"public_id": "bcdfghjkmn", "slug": hidden.slug})

    answers = [client.get(hidden.get_absolute_url()), client.get(missing)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content.replace(hidden.public_id.encode(), b"") == answers[1].content.replace(b"bcdfghjkmn", b"")


def test_hidden_projects_stay_out_of_other_pages(client, council, visitor):
    product = ProductFactory()
    hidden = ProjectFactory(council=council, products=[product], seeking="advice", title="Canary project")

    pages = [council.get_absolute_url(), product.get_absolute_url(), reverse("stepshare:index"), reverse("stepshare:project_list")]

    assert not any(hidden.title.encode() in client.get(page).content for page in pages)


def test_terms_of_hidden_projects_are_not_offered_as_filters(client, member):
    ProjectFactory(concepts=[ConceptFactory(label="Canary term")])

    as_visitor = client.get(reverse("stepshare:project_list")).content
    client.force_login(member)
    as_member = client.get(reverse("stepshare:project_list")).content

    assert b"Canary term" not in as_visitor
    assert b"Canary term" in as_member


@pytest.mark.parametrize(
    ("number", "words"), [(0, "no council shows it in public"), (1, "fewer than 3 councils"), (3, "3 councils")]
)
def test_outsiders_are_not_told_numbers_below_three(client, db, number, words):
    product = ProductFactory()
    InstallationFactory.create_batch(number, product=product, public=True)
    InstallationFactory(product=product)  # members only

    assert client.get(reverse("stepshare:system_list")).context["page"][0].council_line == words
    assert words in client.get(reverse("stepshare:system_export")).content.decode()
    assert words in client.get(product.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("number", "words"), [(0, "no council has it on record"), (1, "1 council"), (3, "3 councils")])
def test_members_are_told_every_number(client, member, number, words):
    product = ProductFactory()
    InstallationFactory.create_batch(number, product=product)
    client.force_login(member)

    assert client.get(reverse("stepshare:system_list")).context["page"][0].council_line == words


def test_two_worlds_that_differ_in_hidden_facts_look_the_same_to_a_visitor(client, council):
    product = ProductFactory()
    InstallationFactory(council=council, product=product, public=True)
    pages = [
        reverse("stepshare:index"),
        reverse("stepshare:council_list"),
        council.get_absolute_url(),
        reverse("stepshare:system_list"),
        f"{reverse('stepshare:system_list')}?sort=councils",
        f"{reverse('stepshare:system_list')}?status=procuring",
        reverse("stepshare:system_export"),
        product.get_absolute_url(),
        reverse("stepshare:project_list"),
    ]
    before = [client.get(page).content for page in pages]

    InstallationFactory(council=council, product=product, status="procuring", version="9")
    InstallationFactory(council=council, product=product, own_council=True)
    ProjectFactory(council=council, seeking="partner", products=[product])

    assert [client.get(page).content for page in pages] == before
