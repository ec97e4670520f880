"""What members send where somebody leads their council, and what suppliers suggest: sent, decided, thought better of."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from hub.mail.models import Delivery, Message
from hub.members.models import Membership
from hub.organisations.models import ChangeEvent
from stepshare import actions, letters, personal_data, proposed, queries
from stepshare.models import Installation, Product, Project, ProposedEntry
from tests.factories.members import MembershipFactory
from tests.factories.organisations import CouncilFactory
from tests.factories.stepshare import InstallationFactory, ProductFactory, ProjectFactory, ProposedEntryFactory
from tests.factories.taxonomy import ConceptFactory

pytestmark = pytest.mark.django_db

ANSWERS = {"status": "live", "hosting": "own", "users": "unknown", "audience": "members"}
PROJECT = {"title": "One list of services", "summary": "Seven names for one service.", "phase": "alpha", "audience": "members"}


@pytest.fixture
def supplier(supplier_person):
    return supplier_person.memberships.get().organisation


@pytest.fixture
def product(supplier):
    return ProductFactory(name="Brackenfield CRM", slug="brackenfield-crm", supplier=supplier)


def url(name, entry):
    return reverse(f"stepshare:proposal_{name}", kwargs={"public_id": entry.public_id})


def add(client, council, **answers):
    return client.post(reverse("stepshare:installation_add", kwargs={"slug": council.slug}), {**ANSWERS, **answers})


def change(client, fact, **answers):
    return client.post(reverse("stepshare:installation_change", kwargs={"public_id": fact.public_id}), {**ANSWERS, **answers})


def accept(client, entry):
    """As somebody presses it who has just opened the page."""
    mark = client.get(entry.get_absolute_url()).context["mark"]
    return client.post(url("accept", entry), {"mark": mark})


# --- Sending -----------------------------------------------------------------------------------------------------------------


def test_where_somebody_leads_a_members_system_waits(client, member, lead, council):
    client.force_login(member)
    product = ProductFactory(name="Dovetail CRM")

    response = add(client, council, product=product.public_id, version="8.2", went_live_on="2024-03-01")

    entry = ProposedEntry.objects.get()
    assert response["Location"] == entry.get_absolute_url()
    assert not Installation.objects.exists()
    assert (entry.council, entry.product, entry.proposed_by, entry.state) == (council, product, member, "waiting")
    assert (entry.data["version"], entry.data["went_live_on"]) == ("8.2", "2024-03-01")
    content = client.get(entry.get_absolute_url()).content.decode()
    assert "It waits for your lead." in content
    assert "1 March 2024" in content


def test_the_form_says_before_that_the_lead_looks_first(client, member, lead, council):
    client.force_login(member)
    page = reverse("stepshare:installation_add", kwargs={"slug": council.slug})

    assert b"Send it to your lead" in client.get(page).content
    Membership.objects.filter(is_lead=True).update(ended_at=timezone.now())
    assert b"Put it on record" in client.get(page).content


@pytest.mark.parametrize("name", ["lead", "facilitator", "administrator"])
def test_who_answers_for_the_record_writes_it_at_once(request, client, lead, council, name):
    client.force_login(request.getfixturevalue(name))

    add(client, council, product=ProductFactory().public_id)

    assert Installation.objects.count() == 1
    assert not ProposedEntry.objects.exists()


def test_without_a_lead_it_is_on_record_at_once_and_says_who_entered_it(client, member, council):
    client.force_login(member)

    add(client, council, product=ProductFactory().public_id)

    assert Installation.objects.count() == 1
    assert b"entered by a member" in client.get(council.get_absolute_url()).content


def test_a_lead_who_is_suspended_or_has_left_keeps_nobody_waiting(client, member, lead, council):
    client.force_login(member)
    lead.is_active = False
    lead.save()

    add(client, council, product=ProductFactory().public_id)

    assert Installation.objects.count() == 1


def test_a_lead_elsewhere_is_a_member_here(client, member, lead, council):
    MembershipFactory(user=member, is_lead=True)
    client.force_login(member)

    add(client, council, product=ProductFactory().public_id)

    assert ProposedEntry.objects.count() == 1


def test_a_change_keeps_only_what_is_different_beside_what_was_there(client, member, lead, council):
    client.force_login(member)
    fact = InstallationFactory(council=council, version="8.2", hosting="own")

    change(client, fact, version="8.3")

    fact.refresh_from_db()
    entry = ProposedEntry.objects.get()
    assert fact.version == "8.2"
    assert (entry.data, entry.before) == ({"version": "8.3"}, {"version": "8.2"})
    assert (entry.installation, entry.product) == (fact, fact.product)


def test_a_change_of_nothing_confirms_the_fact(client, member, lead, council):
    client.force_login(member)
    fact = InstallationFactory(council=council, hosting="own", last_confirmed_at=None)

    change(client, fact)

    fact.refresh_from_db()
    assert not ProposedEntry.objects.exists()
    assert fact.last_confirmed_by == member


def test_a_member_confirms_at_once_all_the_same(client, member, lead, council):
    client.force_login(member)
    fact = InstallationFactory(council=council, last_confirmed_at=None)

    client.post(reverse("stepshare:installation_confirm", kwargs={"public_id": fact.public_id}))

    fact.refresh_from_db()
    assert fact.last_confirmed_by == member


def test_retiring_waits_and_joins_a_change_that_waits_already(client, member, lead, council):
    client.force_login(member)
    fact = InstallationFactory(council=council, hosting="own", version="8.2")
    change(client, fact, version="8.3")

    client.post(reverse("stepshare:installation_retire", kwargs={"public_id": fact.public_id}))

    assert ProposedEntry.objects.get().data == {"version": "8.3", "status": "retired"}
    fact.refresh_from_db()
    assert fact.status == "live"


def test_whoever_has_sent_a_change_is_led_to_it(client, member, lead, council):
    client.force_login(member)
    fact = InstallationFactory(council=council, hosting="own", version="8.2")
    project = ProjectFactory(council=council)
    change(client, fact, version="8.3")
    change_project = reverse("stepshare:project_change", kwargs={"public_id": project.public_id, "slug": project.slug})
    client.post(change_project, PROJECT)

    first, second = ProposedEntry.objects.order_by("kind")
    assert client.get(change_project)["Location"] == url("change", first)
    fact_url = reverse("stepshare:installation_change", kwargs={"public_id": fact.public_id})
    assert client.get(fact_url)["Location"] == url("change", second)
    assert b'value="8.3"' in client.get(url("change", second)).content


def test_a_project_waits_with_everything_that_was_typed(client, member, lead, council):
    client.force_login(member)
    CouncilFactory(name="Saltmere Borough Council")
    ConceptFactory(label="GIS")
    ProductFactory(name="Dovetail CRM")
    sent = {**PROJECT, "partners": "Saltmere Borough Council", "products": "Dovetail CRM", "concepts": ["GIS"]}
    sent |= {"body": "**Bold**", "lesson": "Ask first.", "seeking": "advice", "started_on": "2024-03-01"}

    client.post(reverse("stepshare:project_add", kwargs={"slug": council.slug}), sent)

    entry = ProposedEntry.objects.get()
    content = client.get(url("change", entry)).content.decode()
    assert not Project.objects.exists()
    for typed in (
        "One list of services",
        "Saltmere Borough Council",
        "Dovetail CRM",
        "GIS",
        "**Bold**",
        "Ask first.",
        "2024-03-01",
    ):
        assert typed in content, typed


# --- Deciding ----------------------------------------------------------------------------------------------------------------


def test_the_lead_sees_it_on_the_councils_page_and_accepts(client, member, lead, council):
    product = ProductFactory(name="Dovetail CRM")
    entry = actions.propose_installation(
        council=council, product=product, fields={"status": "live", "version": "8.2"}, by=member, now=timezone.now()
    )
    client.force_login(lead)
    page = client.get(council.get_absolute_url()).content.decode()

    response = accept(client, entry)

    fact = Installation.objects.get()
    entry.refresh_from_db()
    assert entry.get_absolute_url() in page
    assert "Waits for you to decide" in page
    assert response["Location"] == fact.get_absolute_url()
    assert (fact.version, fact.source) == ("8.2", "member")
    assert (fact.entered_by, fact.last_confirmed_by) == (member, lead)
    assert (entry.state, entry.decided_by, entry.installation) == ("accepted", lead, fact)


def test_a_change_is_shown_beside_what_is_there_and_applied_as_an_edit(client, member, lead, council):
    fact = InstallationFactory(council=council, version="8.2", used_for="Waste")
    entry = actions.propose_change(row=fact, fields={"version": "8.3"}, by=member, now=timezone.now())
    client.force_login(lead)
    (line,) = client.get(entry.get_absolute_url()).context["lines"]

    accept(client, entry)

    fact.refresh_from_db()
    assert (line.now, line.proposed, line.then) == ("8.2", "8.3", "")
    assert (fact.version, fact.used_for, fact.last_confirmed_by) == ("8.3", "Waste", lead)


def test_a_project_is_accepted_with_what_it_is_connected_with(member, lead, council, now):
    saltmere, gis, crm = CouncilFactory(), ConceptFactory(label="GIS"), ProductFactory()
    fields = {**PROJECT, "partners": [saltmere, council], "concepts": [gis], "products": [crm], "body": "**Bold**"}
    entry = actions.propose_project(council=council, fields=fields, by=member, now=now)

    accept_now(entry, lead, now)

    project = Project.objects.get()
    assert (project.title, project.entered_by) == ("One list of services", member)
    assert "<strong>" in project.body_html
    assert [list(rows.all()) for rows in (project.partners, project.concepts, project.products)] == [[saltmere], [gis], [crm]]


def accept_now(entry, by, now):
    entry = ProposedEntry.objects.for_page().get(pk=entry.pk)
    return actions.accept_proposal(entry=entry, mark=proposed.mark_of(entry, proposed.on_record(entry)), by=by, now=now)


def test_a_change_of_a_project_leaves_alone_what_it_does_not_name(member, lead, council, now):
    gis = ConceptFactory(label="GIS")
    project = ProjectFactory(council=council, title="Old", concepts=[gis], partners=[CouncilFactory()])
    fields = {"title": "New", "concepts": [gis], "partners": list(project.partners.all()), "products": []}
    entry = actions.propose_change(row=project, fields=fields, by=member, now=now)

    accept_now(entry, lead, now)

    project.refresh_from_db()
    assert entry.data == {"title": "New"}
    assert (project.title, project.slug) == ("New", "new")
    assert (project.concepts.count(), project.partners.count()) == (1, 1)


def test_what_has_changed_since_is_shown_before_it_is_written_over(client, member, lead, council, now):
    fact = InstallationFactory(council=council, version="8.2", used_for="Waste")
    entry = actions.propose_change(row=fact, fields={"version": "8.3"}, by=member, now=now)
    client.force_login(lead)
    opened = client.get(entry.get_absolute_url()).context["mark"]
    actions.change_installation(installation=fact, fields={"version": "9.0"}, by=lead, now=now)

    response = client.post(url("accept", entry), {"mark": opened}, follow=True)

    fact.refresh_from_db()
    assert fact.version == "9.0"
    content = response.content.decode()
    assert "Something has changed since you opened this page." in content
    assert "changed since" in content
    (line,) = response.context["lines"]
    assert (line.now, line.proposed, line.then) == ("9.0", "8.3", "8.2")
    accept(client, entry)
    fact.refresh_from_db()
    assert fact.version == "8.3"


def test_what_whoever_sent_it_changes_meanwhile_is_not_accepted_unseen(client, member, lead, council, now):
    fact = InstallationFactory(council=council, version="8.2")
    entry = actions.propose_change(row=fact, fields={"version": "8.3"}, by=member, now=now)
    client.force_login(lead)
    opened = client.get(entry.get_absolute_url()).context["mark"]
    actions.change_proposal(entry=entry, fields={"version": "8.4"}, by=member, now=now)

    client.post(url("accept", entry), {"mark": opened})

    fact.refresh_from_db()
    assert fact.version == "8.2"


def test_the_answers_that_nobody_proposed_to_change_stay_as_they_are_now(member, lead, council, now):
    fact = InstallationFactory(council=council, version="8.2", used_for="Waste")
    entry = actions.propose_change(row=fact, fields={"version": "8.3", "used_for": "Waste"}, by=member, now=now)
    actions.change_installation(installation=fact, fields={"used_for": "Waste and parking"}, by=lead, now=now)

    accept_now(entry, lead, now)

    fact.refresh_from_db()
    assert (fact.version, fact.used_for) == ("8.3", "Waste and parking")


def test_days_that_came_together_by_two_changes_and_do_not_fit_are_refused(client, member, lead, council, now):
    fact = InstallationFactory(council=council, went_live_on=dt.date(2020, 1, 1))
    entry = actions.propose_change(row=fact, fields={"planned_exit_on": dt.date(2023, 1, 1)}, by=member, now=now)
    actions.change_installation(installation=fact, fields={"went_live_on": dt.date(2024, 1, 1)}, by=lead, now=now)
    client.force_login(lead)

    assert b"it would end before it began" in client.get(entry.get_absolute_url()).content
    with pytest.raises(actions.NotDone):
        accept_now(entry, lead, now)


def test_a_system_that_came_on_record_meanwhile_is_not_put_there_twice(client, member, lead, council, now):
    fact = InstallationFactory(council=council, product__name="Dovetail CRM")
    entry = actions.propose_installation(council=council, product=fact.product, fields={"status": "live"}, by=member, now=now)
    client.force_login(lead)

    accept(client, entry)

    assert Installation.objects.count() == 1
    assert "Ambleford has Dovetail CRM on record already." in client.get(entry.get_absolute_url()).content.decode()


def test_declining_needs_a_reason_and_mails_it(client, member, lead, council):
    entry = ProposedEntryFactory(council=council, proposed_by=member, product__name="Dovetail CRM")
    client.force_login(lead)

    assert b"Write why" in client.post(url("decline", entry), {"reason": " "}).content
    client.post(url("decline", entry), {"reason": "It is version 8.3."})

    entry.refresh_from_db()
    message = Message.objects.get()
    assert (entry.state, entry.reason, entry.decided_by) == ("declined", "It is version 8.3.", lead)
    assert not Installation.objects.exists()
    assert [delivery.address for delivery in Delivery.objects.all()] == [member.email]
    assert message.subject == "Dovetail CRM at Ambleford: what you sent was not taken up"
    assert b"It is version 8.3." in bytes(message.template)
    client.force_login(member)
    assert b"It is version 8.3." in client.get(entry.get_absolute_url()).content


def test_accepting_mails_whoever_sent_it(member, lead, council, now):
    accept_now(ProposedEntryFactory(council=council, proposed_by=member), lead, now)

    assert [delivery.address for delivery in Delivery.objects.all()] == [member.email]


def test_nobody_gets_a_mail_about_what_they_decided_themselves(member, council, now):
    accept_now(ProposedEntryFactory(council=council, proposed_by=member), member, now)

    assert not Message.objects.exists()


def test_a_mail_that_waits_is_not_sent_to_somebody_who_has_left_since(member, lead, council, now):
    accept_now(ProposedEntryFactory(council=council, proposed_by=member), lead, now)
    delivery = Delivery.objects.select_related("message").get()

    assert letters.still_allowed(delivery)
    Membership.objects.filter(user=member).update(ended_at=timezone.now())
    assert not letters.still_allowed(delivery)


def test_what_was_declined_is_opened_again_within_fourteen_days(client, member, lead, council, now):
    entry = ProposedEntryFactory(council=council, proposed_by=member, declined=True, decided_at=timezone.now())
    client.force_login(lead)

    assert b"Open it again" in client.get(entry.get_absolute_url()).content
    client.post(url("reopen", entry))

    entry.refresh_from_db()
    assert (entry.state, entry.reason, entry.decided_by) == ("waiting", "", None)


def test_after_fourteen_days_it_stays_declined(client, member, lead, council):
    long_ago = timezone.now() - dt.timedelta(days=15)
    entry = ProposedEntryFactory(council=council, proposed_by=member, declined=True, decided_at=long_ago)
    client.force_login(lead)

    assert b"Open it again" not in client.get(entry.get_absolute_url()).content
    client.post(url("reopen", entry))

    entry.refresh_from_db()
    assert entry.state == "declined"


def test_it_is_decided_once(member, lead, council, now):
    entry = ProposedEntryFactory(council=council, proposed_by=member)
    accept_now(entry, lead, now)

    with pytest.raises(actions.NotDone, match="accepted already"):
        accept_now(entry, lead, now)
    with pytest.raises(actions.NotDone, match="accepted already"):
        actions.decline_proposal(entry=entry, reason="No.", by=lead, now=now)
    with pytest.raises(actions.NotDone):
        actions.withdraw_proposal(entry=entry, by=member, now=now)
    assert Installation.objects.count() == 1


@pytest.mark.parametrize("gone", [Product, Installation, Project])
def test_what_is_about_something_that_has_gone_is_kept_and_cannot_go_on_record(client, member, lead, council, now, gone):
    if gone is Product:
        entry = ProposedEntryFactory(council=council, proposed_by=member, product__name="Dovetail CRM")
    elif gone is Installation:
        entry = actions.propose_change(row=InstallationFactory(council=council), fields={"version": "9"}, by=member, now=now)
    else:
        entry = actions.propose_change(row=ProjectFactory(council=council), fields={"title": "Other"}, by=member, now=now)
    gone.objects.all().delete()
    client.force_login(lead)

    content = client.get(entry.get_absolute_url()).content.decode()

    assert "is not there any more" in content
    assert client.post(url("accept", entry), {"mark": client.get(entry.get_absolute_url()).context["mark"]}).status_code == 302
    entry.refresh_from_db()
    assert entry.state == "waiting"
    client.force_login(member)
    assert client.get(url("change", entry)).status_code == (200 if gone is Product else 302)


def test_a_council_that_is_no_more_gets_nothing_new_on_record(client, member, lead, council):
    entry = ProposedEntryFactory(council=council, proposed_by=member)
    council.abolished_on = dt.date(2020, 4, 1)
    council.save()
    client.force_login(lead)

    accept(client, entry)

    assert not Installation.objects.exists()
    assert b"is no more" in client.get(entry.get_absolute_url()).content


def test_once_there_is_no_lead_a_member_puts_it_on_record_themselves(client, member, lead, council):
    entry = ProposedEntryFactory(council=council, proposed_by=member)
    client.force_login(member)
    assert client.post(url("accept", entry)).status_code == 403

    Membership.objects.filter(user=lead).update(ended_at=timezone.now(), is_lead=False)

    assert b"Put it on record" in client.get(entry.get_absolute_url()).content
    accept(client, entry)
    assert Installation.objects.get().entered_by == member


# --- Second thoughts ---------------------------------------------------------------------------------------------------------


def test_whoever_sent_it_withdraws_it_and_sends_it_again(client, member, lead, council):
    entry = ProposedEntryFactory(council=council, proposed_by=member)
    client.force_login(member)

    client.post(url("withdraw", entry))
    entry.refresh_from_db()
    assert entry.state == "withdrawn"

    client.post(url("change", entry), {**ANSWERS, "product": entry.product.public_id, "version": "9"})
    entry.refresh_from_db()
    assert (entry.state, entry.data["version"]) == ("waiting", "9")


def test_what_was_declined_is_changed_and_sent_again(client, member, lead, council):
    entry = ProposedEntryFactory(council=council, proposed_by=member, declined=True)
    client.force_login(member)
    assert b"It is another version." in client.get(url("change", entry)).content

    client.post(url("change", entry), {**ANSWERS, "product": entry.product.public_id, "version": "9"})

    entry.refresh_from_db()
    assert (entry.state, entry.reason) == ("waiting", "")


def test_a_change_to_what_is_on_record_already_is_refused_and_typed_text_kept(client, member, lead, council, now):
    fact = InstallationFactory(council=council, hosting="own", version="8.2")
    entry = actions.propose_change(row=fact, fields={"version": "8.3"}, by=member, now=now)
    client.force_login(member)

    response = client.post(url("change", entry), {**ANSWERS, "version": "8.2"})

    assert b"This is what is on record already." in response.content
    assert b'value="8.2"' in response.content


def test_the_lead_does_not_write_in_somebodys_name(client, member, lead, council):
    entry = ProposedEntryFactory(council=council, proposed_by=member)
    client.force_login(lead)

    assert client.get(url("change", entry)).status_code == 403
    assert client.post(url("withdraw", entry)).status_code == 403


def test_an_area_that_was_chosen_is_still_chosen_when_the_form_opens_again(client, member, lead, council, now):
    event = ChangeEvent.objects.create(kind="merge", effective_on=dt.date(2023, 4, 1))
    event.successors.add(council)
    eastholme, fenwick = CouncilFactory(name="Eastholme"), CouncilFactory(name="Fenwick")
    event.predecessors.set([eastholme, fenwick])
    fact = InstallationFactory(council=council, legacy_area=eastholme)
    entry = actions.propose_change(row=fact, fields={"legacy_area": fenwick}, by=member, now=now)
    client.force_login(member)

    assert f'value="{fenwick.public_id}" selected' in client.get(url("change", entry)).content.decode()


# --- Suppliers ---------------------------------------------------------------------------------------------------------------


def suggest(client, product, **answers):
    given = {"council": "Ambleford", "status": "live", "went_live_on": "2024-03-01", "note": "Ask in housing.", **answers}
    return client.post(reverse("stepshare:system_suggest", kwargs={"slug": product.slug}), given)


def test_a_supplier_suggests_a_council_that_runs_its_product(client, supplier_person, supplier, product, council, lead):
    client.force_login(supplier_person)
    assert b"Suggest a council that runs it" in client.get(product.get_absolute_url()).content

    response = suggest(client, product)

    entry = ProposedEntry.objects.get()
    assert response["Location"] == entry.get_absolute_url()
    assert (entry.council, entry.supplier, entry.note) == (council, supplier, "Ask in housing.")
    assert not Installation.objects.exists()
    client.force_login(lead)
    accept(client, entry)
    fact = Installation.objects.get()
    assert (fact.source, fact.audience, fact.went_live_on) == ("supplier", "members", dt.date(2024, 3, 1))
    assert b"suggested by the supplier, confirmed by the council" in client.get(council.get_absolute_url()).content


def test_where_nobody_leads_a_facilitator_decides_and_the_council_confirms_later(
    client, supplier_person, product, council, facilitator, member, now
):
    client.force_login(supplier_person)
    suggest(client, product)
    entry = ProposedEntry.objects.get()
    client.force_login(facilitator)
    assert list(queries.awaiting(facilitator)) == [entry]

    accept(client, entry)

    fact = Installation.objects.get()
    assert fact.source == "supplier-unconfirmed"
    assert b"suggested by the supplier, accepted by a facilitator" in client.get(council.get_absolute_url()).content
    actions.confirm_installation(installation=fact, by=member, now=now)
    assert fact.source == "supplier"


def test_no_supplier_suggests_what_another_sells(client, supplier_person):
    client.force_login(supplier_person)
    other = ProductFactory()

    assert suggest(client, other).status_code == 403
    assert b"Suggest a council" not in client.get(other.get_absolute_url()).content
    assert not ProposedEntry.objects.exists()


@pytest.mark.parametrize("name", ["member", "lead", "pending", "editor", "facilitator", "administrator"])
def test_nobody_but_the_supplier_suggests(request, client, product, name):
    client.force_login(request.getfixturevalue(name))

    assert suggest(client, product).status_code == 403


def test_somebody_who_has_left_the_supplier_suggests_nothing_and_sees_nothing(client, supplier_person, supplier, product, council):
    entry = ProposedEntryFactory(council=council, product=product, supplied=True, proposed_by=supplier_person)
    supplier_person.memberships.update(ended_at=timezone.now())
    client.force_login(supplier_person)

    assert suggest(client, product).status_code == 403
    assert client.get(entry.get_absolute_url()).status_code == 404


def test_a_supplier_does_not_learn_whether_the_council_has_it_on_record(client, supplier_person, product, council):
    client.force_login(supplier_person)
    elsewhere = CouncilFactory()
    InstallationFactory(council=council, product=product, own_council=True)

    answers = [suggest(client, product, council=body.name) for body in (council, elsewhere)]
    first, second = ProposedEntry.objects.order_by("proposed_at")
    pages = [client.get(entry.get_absolute_url()) for entry in (first, second)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert [page.context["why_not"] for page in pages] == ["", ""]
    assert b"on record already" not in pages[0].content


def test_a_council_is_suggested_once_at_a_time(client, supplier_person, product, council):
    client.force_login(supplier_person)
    suggest(client, product)

    response = suggest(client, product)

    assert "You have suggested Ambleford already." in response.content.decode()
    assert b"Ask in housing." in response.content
    assert ProposedEntry.objects.count() == 1


def test_a_supplier_that_was_told_no_does_not_ask_again_at_once(client, supplier_person, product, council):
    ProposedEntryFactory(council=council, product=product, supplied=True, declined=True, decided_at=timezone.now())
    client.force_login(supplier_person)

    assert "You can suggest it again from" in suggest(client, product).content.decode()


@pytest.mark.parametrize("name", ["Nowhere", "Ended"])
def test_only_a_council_of_today_is_suggested(client, supplier_person, product, council, name):
    CouncilFactory(name="Ended", abolished_on=dt.date(2020, 4, 1))
    client.force_login(supplier_person)

    assert f"We know of no council of today called “{name}”." in suggest(client, product, council=name).content.decode()


def test_a_supplier_is_told_why_but_not_by_whom(client, supplier_person, product, council, lead):
    entry = ProposedEntryFactory(council=council, product=product, supplied=True, proposed_by=supplier_person)
    client.force_login(lead)
    client.post(url("decline", entry), {"reason": "We have left it."})
    client.force_login(supplier_person)

    content = client.get(entry.get_absolute_url()).content.decode()

    assert "We have left it." in content
    assert lead.get_full_name() not in content
    assert lead.get_full_name().encode() not in bytes(Message.objects.get().template)


def test_a_supplier_changes_and_withdraws_its_suggestion(client, supplier_person, product, supplier, council):
    colleague = MembershipFactory(organisation=supplier).user
    entry = ProposedEntryFactory(council=council, product=product, supplied=True, proposed_by=colleague)
    client.force_login(supplier_person)

    client.post(url("change", entry), {"status": "implementing", "note": "Since spring."})
    entry.refresh_from_db()
    assert (entry.data["status"], entry.data["audience"], entry.note) == ("implementing", "members", "Since spring.")

    client.post(url("withdraw", entry))
    entry.refresh_from_db()
    assert entry.state == "withdrawn"


# --- Who sees it -------------------------------------------------------------------------------------------------------------

# A member's entry at the council of `member`, `colleague` and `lead`; the suggestion there of the supplier of `supplier_person`;
# one of another supplier.
SEES = {
    "visitor": (False, False, False),
    "pending": (False, False, False),
    "supplier_person": (False, True, False),
    "stranger": (False, False, False),
    "colleague": (False, False, False),
    "editor": (False, False, False),
    "member": (True, False, False),
    "lead": (True, True, True),
    "facilitator": (True, True, True),
    "administrator": (True, True, True),
}


@pytest.mark.parametrize(("name", "sees"), SEES.items())
def test_who_sees_what_waits(request, client, council, member, product, supplier_person, name, sees):
    entries = [
        ProposedEntryFactory(council=council, proposed_by=member),
        ProposedEntryFactory(council=council, product=product, supplied=True, proposed_by=supplier_person),
        ProposedEntryFactory(council=council, supplied=True),
    ]
    viewer = request.getfixturevalue(name)
    if viewer.is_authenticated:
        client.force_login(viewer)

    seen = ProposedEntry.objects.visible_to(viewer)
    statuses = [client.get(entry.get_absolute_url()).status_code for entry in entries]

    assert [entry in seen for entry in entries] == list(sees)
    assert statuses == ([302] * 3 if name == "visitor" else [200 if one else 404 for one in sees])


def test_nothing_that_waits_is_on_any_page_of_the_directory(client, council, stranger):
    entry = ProposedEntryFactory(council=council, product__name="Canary CRM", data={"status": "live", "local_name": "Canary"})
    project = ProposedEntryFactory(
        council=council, kind="add-project", product=None, subject="Canary", data={**PROJECT, "title": "Canary"}
    )
    client.force_login(stranger)

    pages = [client.get(council.get_absolute_url()), client.get(reverse("stepshare:project_list")), client.get("/share/")]

    assert [b"Canary" in page.content for page in pages] == [False] * 3
    assert {client.get(row.get_absolute_url()).status_code for row in (entry, project)} == {404}


def test_what_waits_for_whom(council, member, lead, facilitator, stranger, supplier_person, product):
    led = ProposedEntryFactory(council=council, proposed_by=member)
    leaderless = ProposedEntryFactory(product=product, supplied=True)
    ProposedEntryFactory(council=council, declined=True)

    assert [list(queries.awaiting(viewer)) for viewer in (lead, facilitator)] == [[led], [leaderless]]
    assert [queries.awaiting(viewer).count() for viewer in (member, stranger, supplier_person)] == [0, 0, 0]


def test_the_lists_cost_the_same_however_long_they_get(
    client, council, member, lead, facilitator, supplier_person, supplier, assert_constant_queries
):
    def grow():
        for _ in range(5):
            ProposedEntryFactory(council=council, proposed_by=member)
            ProposedEntryFactory(product__supplier=supplier, supplied=True, proposed_by=supplier_person)

    grow()
    for viewer in (lead, facilitator, member, supplier_person):
        client.force_login(viewer)
        assert_constant_queries(lambda: client.get(reverse("stepshare:proposal_list")), grow=grow)
        assert_constant_queries(lambda: client.get(reverse("stepshare:proposal_list"), {"show": "sent"}), grow=grow)
        assert_constant_queries(lambda: client.get(council.get_absolute_url()), grow=grow)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("lead", "Nothing waits for you"),
        ("member", "You have sent nothing"),
        ("supplier_person", "You have suggested nothing yet"),
        ("pending", "You have sent nothing"),
    ],
)
def test_an_empty_list_says_what_to_do_next(request, client, name, words):
    client.force_login(request.getfixturevalue(name))

    assert words in client.get(reverse("stepshare:proposal_list")).content.decode()


# --- Personal data and the export --------------------------------------------------------------------------------------------


def test_a_person_who_is_erased_leaves_what_they_sent_without_their_name(council, member, lead, product, supplier_person):
    waiting = ProposedEntryFactory(council=council, product=product, supplied=True, proposed_by=member, note="Ring me.")
    declined = ProposedEntryFactory(council=council, declined=True, proposed_by=member, decided_by=lead)
    assert len(personal_data.export(member)["entries_sent"]) == 2

    personal_data.erase(member)
    personal_data.erase(lead)

    for entry in (waiting, declined):
        entry.refresh_from_db()
    assert (waiting.proposed_by, waiting.note, waiting.state) == (None, "", "waiting")
    assert (declined.proposed_by, declined.decided_by, declined.reason) == (None, None, personal_data.REASON_REMOVED)
    assert personal_data.export(member) == personal_data.export(lead) == {}


def test_the_export_names_councils_to_members_and_to_nobody_else(client, council, member, stranger, visitor):
    product = ProductFactory(name="Dovetail CRM")
    InstallationFactory(council=council, product=product, own_council=True)
    InstallationFactory(council=CouncilFactory(name="Saltmere"), product=product)
    InstallationFactory(council=CouncilFactory(name="Fenwick"), product=product, status="retired", public=True)

    def row(viewer):
        if viewer.is_authenticated:
            client.force_login(viewer)
        return client.get(reverse("stepshare:system_export")).content.decode().splitlines()[1]

    public, others, own = row(visitor), row(stranger), row(member)

    assert "Fenwick" not in public
    assert others.endswith(",Saltmere,,Fenwick")
    assert own.endswith(",Ambleford District Council; Saltmere,,Fenwick")


def test_the_export_costs_the_same_however_long_it_gets(client, member, assert_constant_queries):
    client.force_login(member)

    def grow():
        for _ in range(5):
            InstallationFactory()

    grow()
    assert_constant_queries(lambda: client.get(reverse("stepshare:system_export")), grow=grow)
