from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone

from hub.members.models import Member, Role
from hub.organisations.models import Organisation
from tests.factories.accounts import UserFactory
from tests.factories.forum import AnswerFactory, QuestionFactory
from tests.factories.members import MembershipFactory, OfficeFactory, ProfileFactory
from tests.factories.organisations import CouncilFactory
from tests.factories.stepshare import ProductFactory, ProductOfferFactory
from tests.factories.taxonomy import ConceptFactory

BACKEND = "hub.members.backends.SignInBackend"
PEOPLE = "/members/"

pytestmark = pytest.mark.django_db


def page_of(user) -> str:
    return reverse("members:person", kwargs={"public_id": user.public_id})


def names(response) -> list[str]:
    return [person.name for person in response.context["people"]]


def named(first: str, last: str = "Person", **fields):
    return MembershipFactory(user__first_name=first, user__last_name=last, **fields).user


@pytest.fixture
def as_member(client, member):
    client.force_login(member, backend=BACKEND)
    return client


# --- Who is in it ------------------------------------------------------------------------------------------------------------


def test_members_see_members_and_office_holders(member, colleague, stranger, lead, editor):
    assert set(Member.objects.visible_to(member)) == {
        Member.objects.get(pk=user.pk) for user in (member, colleague, stranger, lead, editor)
    }


@pytest.mark.parametrize("persona", ["pending", "supplier_person"])
def test_somebody_who_is_no_member_is_in_nobodys_list_but_their_own(request, member, persona):
    person = request.getfixturevalue(persona)

    assert not Member.objects.visible_to(member).filter(pk=person.pk).exists()
    assert [found.pk for found in Member.objects.visible_to(person)] == [person.pk]


def test_a_visitor_sees_nobody(member):
    assert not Member.objects.visible_to(AnonymousUser()).exists()


def test_whoever_has_left_is_suspended_or_holds_an_office_no_more_is_not_in_it(member):
    now = timezone.now()
    MembershipFactory(ended_at=now)
    MembershipFactory(user__is_active=False)
    OfficeFactory(role=Role.FACILITATOR, ended_at=now)
    UserFactory()

    assert [found.pk for found in Member.objects.visible_to(member)] == [member.pk]


@pytest.mark.parametrize("persona", ["visitor", "pending", "supplier_person"])
@pytest.mark.parametrize("address", [PEOPLE, "/members.csv"])
def test_to_anybody_else_the_directory_is_not_there(request, client, persona, address):
    person = request.getfixturevalue(persona)
    if person.is_authenticated:
        client.force_login(person, backend=BACKEND)

    assert client.get(address).status_code == 404


def test_the_header_names_the_directory_to_members_only(client, member, pending):
    assert b'href="/members/"' not in client.get("/a-z/").content

    client.force_login(pending, backend=BACKEND)
    assert b'href="/members/"' not in client.get("/a-z/").content

    client.force_login(member, backend=BACKEND)
    assert b'href="/members/"' in client.get("/a-z/").content


# --- The list ----------------------------------------------------------------------------------------------------------------


def test_it_is_by_last_name(as_member):
    named("Zoe", "Abbot")
    named("Adam", "zimmer")

    assert names(as_member.get(PEOPLE)) == ["Zoe Abbot", "Priya Nair", "Adam zimmer"]


def test_the_newest_come_first_on_demand(as_member, member):
    newest = named("Zoe", user__joined_at=timezone.now() + dt.timedelta(days=1))

    assert names(as_member.get(PEOPLE, {"sort": "newest"}))[0] == newest.get_full_name()


@pytest.mark.parametrize("text", ["priya", "Nair", "ambleford", "analyst", "priya ambleford"])
def test_a_word_of_the_name_the_council_or_the_job_finds_somebody(as_member, member, text):
    member.memberships.update(job_role="Systems analyst")
    named("Zoe")

    assert names(as_member.get(PEOPLE, {"q": text})) == ["Priya Nair"]


def test_every_word_has_to_fit(as_member):
    assert names(as_member.get(PEOPLE, {"q": "priya westmere"})) == []


def test_a_job_role_that_is_kept_back_finds_nobody(as_member, stranger):
    stranger.memberships.update(job_role="Quillwort keeper")
    assert len(names(as_member.get(PEOPLE, {"q": "quillwort"}))) == 1

    ProfileFactory(user=stranger, shows_job_role=False)

    response = as_member.get(PEOPLE, {"q": "quillwort"})
    assert names(response) == []
    assert "Nobody fits" in response.content.decode()


def test_a_council_and_its_kind_narrow_the_list(as_member):
    county = CouncilFactory(slug="a-county", tier=Organisation.Tier.COUNTY)
    named("Carol", organisation=county)

    assert names(as_member.get(PEOPLE, {"council": "a-county"})) == ["Carol Person"]
    assert names(as_member.get(PEOPLE, {"tier": "county"})) == ["Carol Person"]


def test_councils_to_choose_are_those_of_somebody_in_the_list(as_member, council, pending):
    CouncilFactory(slug="empty")
    MembershipFactory(organisation=CouncilFactory(slug="waits"), pending=True)

    offered = as_member.get(PEOPLE).context["filters"].fields["council"].queryset

    assert [body.slug for body in offered] == [council.slug]


def test_a_term_finds_offers_and_the_interests_that_are_shown(as_member):
    concept = ConceptFactory(label="Channel shift")
    ProfileFactory(user=named("Asked"), offers=[concept])
    ProfileFactory(user=named("Keen"), interests=[concept])
    ProfileFactory(user=named("Quiet"), interests=[concept], shows_interests=False)

    assert names(as_member.get(PEOPLE, {"concept": concept.slug})) == ["Asked Person", "Keen Person"]


def test_a_term_that_only_hidden_interests_carry_is_not_offered(as_member):
    ProfileFactory(user=named("Quiet"), interests=[ConceptFactory(label="Quillwort")], shows_interests=False)

    assert b"Quillwort" not in as_member.get(PEOPLE).content


def test_a_system_finds_who_is_happy_to_be_asked_about_it(as_member):
    product = ProductFactory(name="Dovetail CRM", slug="dovetail-crm")
    ProductOfferFactory(user=named("Asked"), product=product)

    response = as_member.get(PEOPLE, {"system": "dovetail-crm"})

    assert names(response) == ["Asked Person"]
    assert [link["label"] for link in response.context["chosen"]] == ["Dovetail CRM"]


def test_filters_that_cannot_be_read_count_as_not_chosen(as_member):
    response = as_member.get(PEOPLE, {"council": "none", "tier": "moon", "concept": "none", "system": "none"})

    assert names(response) == ["Priya Nair"]
    assert response.context["chosen"] == []


def test_the_list_costs_the_same_however_long_it_gets(as_member, assert_constant_queries):
    concept, product = ConceptFactory(), ProductFactory()

    def grow(number: int = 5) -> None:
        for _ in range(number):
            user = MembershipFactory().user
            ProfileFactory(user=user, offers=[concept], interests=[concept])
            ProductOfferFactory(user=user, product=product)
            OfficeFactory(user=user)

    grow(1)

    assert_constant_queries(lambda: as_member.get(PEOPLE), grow=grow)
    assert_constant_queries(lambda: as_member.get("/members.csv"), grow=grow)


def test_the_spreadsheet_has_the_list_as_it_is_narrowed_and_no_contacts(as_member, council):
    concept = ConceptFactory(label="Channel shift")
    shown = {"shows_email": True, "shows_phone": True, "phone": "01632 960 001"}
    keen = named("=Asked", organisation=council)
    keen.memberships.update(job_role="Analyst")
    ProfileFactory(user=keen, offers=[concept], interests=[concept], **shown)
    ProductOfferFactory(user=keen, product=ProductFactory(name="Dovetail CRM"))

    content = as_member.get("/members.csv", {"concept": concept.slug}).content.decode("utf-8-sig")

    assert list(csv.DictReader(io.StringIO(content))) == [
        {
            "Name": "'=Asked Person",
            "Job role": "Analyst",
            "Council": "Ambleford District Council",
            "Also": "",
            "Happy to be asked about": "Channel shift; Dovetail CRM",
            "Interested in": "Channel shift",
            "Page": f"http://testserver{page_of(keen)}",
        }
    ]
    assert "960 001" not in content
    assert keen.email not in content


# --- A person ----------------------------------------------------------------------------------------------------------------


def test_email_and_telephone_are_hidden_until_their_owner_shows_them(as_member, stranger):
    profile = ProfileFactory(user=stranger, phone="01632 960 001")
    hidden = as_member.get(page_of(stranger)).content.decode()

    profile.shows_email = profile.shows_phone = True
    profile.save()
    shown = as_member.get(page_of(stranger)).content.decode()

    assert stranger.email not in hidden
    assert "01632" not in hidden
    assert f"mailto:{stranger.email}" in shown
    assert "tel:01632960001" in shown


def test_without_a_profile_there_is_name_council_and_job(as_member, stranger):
    stranger.memberships.update(job_role="Analyst")

    content = as_member.get(page_of(stranger)).content.decode()

    assert stranger.get_full_name() in content
    assert "Analyst" in content
    assert stranger.memberships.get().organisation.name in content
    assert stranger.email not in content


def test_job_role_and_interests_can_be_kept_back(as_member, stranger):
    stranger.memberships.update(job_role="Quillwort keeper")
    interest = ConceptFactory(label="Quillwort interest")
    ProfileFactory(user=stranger, interests=[interest], shows_job_role=False, shows_interests=False)

    for address in (page_of(stranger), PEOPLE, "/members.csv"):
        assert b"Quillwort" not in as_member.get(address).content


def test_their_owner_sees_everything_and_who_else_does(client, stranger):
    ProfileFactory(user=stranger, phone="01632 960 001", shows_email=True, interests=[ConceptFactory(label="Quillwort")])
    client.force_login(stranger, backend=BACKEND)

    content = client.get(page_of(stranger)).content.decode()

    assert "Quillwort" in content
    assert content.index("01632 960 001") < content.index("only you see this")
    assert content.index(f">{stranger.email}<") < content.index("members see this")


@pytest.mark.parametrize("persona", ["visitor", "pending", "supplier_person"])
def test_to_an_outsider_a_member_answers_as_a_missing_page(request, client, member, persona):
    person = request.getfixturevalue(persona)
    if person.is_authenticated:
        client.force_login(person, backend=BACKEND)

    there, missing = client.get(page_of(member)), client.get("/members/zzzzzzzzzz/")

    assert there.status_code == missing.status_code == 404


@pytest.mark.parametrize("persona", ["pending", "supplier_person"])
def test_somebody_who_is_no_member_sees_their_own_page_and_that_nobody_else_does(request, client, persona):
    person = request.getfixturevalue(persona)
    client.force_login(person, backend=BACKEND)

    content = client.get(page_of(person)).content.decode()

    assert "Only you see this page" in content
    assert 'href="/members/"' not in content


@pytest.mark.parametrize("gone", [{"ended_at": timezone.now()}, {"user__is_active": False}])
def test_whoever_has_gone_answers_as_a_missing_page(as_member, gone):
    assert as_member.get(page_of(MembershipFactory(**gone).user)).status_code == 404


def test_what_they_asked_and_answered_is_there_as_far_as_the_reader_may_read_it(as_member, stranger):
    QuestionFactory(title="Asked in the open", author=stranger)
    QuestionFactory(title="Hidden one", author=stranger, hidden=True)
    answered = QuestionFactory(title="Answered in the open")
    AnswerFactory(question=answered, author=stranger)
    AnswerFactory(question=answered, author=stranger)
    AnswerFactory(question=QuestionFactory(title="Answer taken back"), author=stranger, withdrawn=True)

    content = as_member.get(page_of(stranger)).content.decode()

    assert content.count("Asked in the open") == content.count("Answered in the open") == 1
    assert "Hidden one" not in content
    assert "Answer taken back" not in content


def test_a_page_costs_the_same_however_much_is_on_it(as_member, stranger, assert_constant_queries):
    ProfileFactory(user=stranger)

    def grow() -> None:
        for _ in range(4):
            QuestionFactory(author=stranger)
            AnswerFactory(author=stranger)
            ProductOfferFactory(user=stranger)

    grow()

    assert_constant_queries(lambda: as_member.get(page_of(stranger)), grow=grow)
