"""Whatever is sent, decided and thought better of, in whatever order, while leads come and go: an entry keeps its promises."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.accounts.models import User
from hub.members.models import Membership
from hub.organisations.models import Organisation
from stepshare import access, actions, proposed
from stepshare.models import Installation, Product, ProposedEntry
from tests.conftest import NOW
from tests.factories.members import LONG_AGO
from tests.factories.organisations import CouncilFactory
from tests.factories.stepshare import InstallationFactory, ProductFactory

SEQUENCES = int(os.environ.get("HUB_SEQUENCES", "5"))

WHICH = st.integers(min_value=0, max_value=3)
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["send system", "send change", "suggest", "edit fact"]), WHICH),
        st.tuples(
            st.sampled_from(["accept", "accept unseen", "decline", "reopen", "withdraw", "change", "accept", "decline"]), WHICH
        ),
        st.tuples(st.sampled_from(["appoint lead", "remove lead", "delete product", "delete fact", "abolish"]), WHICH),
        st.tuples(st.just("wait three weeks"), WHICH),
    ),
    max_size=16,
)
OPEN, DECLINED = ProposedEntry.State.WAITING, ProposedEntry.State.DECLINED


@dataclass
class Story:
    """One council with a fact, and what the record has to say by now."""

    council: Organisation
    people: dict[str, User]
    supplier: Organisation
    products: list[Product]
    fact: Installation
    now: dt.datetime = NOW
    version: str = "1"
    added: int = 0
    number: int = 1
    sent: dict[int, str] = field(default_factory=dict)

    def next(self) -> str:
        self.number += 1
        return str(self.number)

    def entries(self) -> list[ProposedEntry]:
        return list(ProposedEntry.objects.filter(council=self.council).for_page().order_by("pk"))

    def person(self, name: str) -> User:
        """As at the beginning of a request: nothing remembered of their rights."""
        return User.objects.get(pk=self.people[name].pk)

    def has_lead(self) -> bool:
        return Membership.objects.filter(user=self.people["lead"], organisation=self.council, is_lead=True).exists()

    def decider(self) -> User:
        return self.person("lead" if self.has_lead() else "facilitator")


def do(deed: str, which: int, story: Story) -> None:
    entries = story.entries()
    if deed in DEEDS_WITHOUT_ENTRY:
        DEEDS_WITHOUT_ENTRY[deed](story, which)
    elif which < len(entries):
        DEEDS_ON_ENTRY[deed](story, entries[which])


def send_system(story: Story, which: int) -> None:
    product = story.products[which % len(story.products)]
    if Product.objects.filter(pk=product.pk).exists():
        fields = {"status": "live", "version": story.next()}
        who = {"by": story.person("member"), "now": story.now}
        entry = actions.propose_installation(council=story.council, product=product, fields=fields, **who)
        story.sent[entry.pk] = fields["version"]


def send_change(story: Story, which: int) -> None:
    if Installation.objects.filter(pk=story.fact.pk).exists():
        version = story.next()
        entry = actions.propose_change(row=story.fact, fields={"version": version}, by=story.person("member"), now=story.now)
        story.sent[entry.pk] = version


def suggest(story: Story, which: int) -> None:
    product = story.products[which % len(story.products)]
    if Product.objects.filter(pk=product.pk).exists():
        entry = actions.suggest_installation(
            council=story.council,
            product=product,
            supplier=story.supplier,
            fields={"status": "live", "version": story.next()},
            note="",
            by=story.person("supplier_person"),
            now=story.now,
        )
        story.sent[entry.pk] = entry.data["version"]


def edit_fact(story: Story, which: int) -> None:
    fact = Installation.objects.filter(pk=story.fact.pk).first()
    if fact:
        story.version = story.next()
        actions.change_installation(
            installation=fact, fields={"version": story.version}, by=story.person("facilitator"), now=story.now
        )


def wait(story: Story, which: int) -> None:
    story.now += dt.timedelta(weeks=3)


def appoint(story: Story, which: int) -> None:
    Membership.objects.filter(user=story.people["lead"]).update(is_lead=True)


def remove(story: Story, which: int) -> None:
    Membership.objects.filter(user=story.people["lead"]).update(is_lead=False)


def delete_product(story: Story, which: int) -> None:
    product = story.products[which % len(story.products)]
    if not Installation.objects.filter(product=product.pk).exists():
        Product.objects.filter(pk=product.pk).delete()


def delete_fact(story: Story, which: int) -> None:
    Installation.objects.filter(pk=story.fact.pk).delete()


def abolish(story: Story, which: int) -> None:
    Organisation.objects.filter(pk=story.council.pk).update(abolished_on=NOW.date())


def accept(story: Story, entry: ProposedEntry, mark: str = "") -> None:
    seen = mark or proposed.mark_of(entry, proposed.on_record(entry))
    was_open = entry.state == OPEN and not entry.has_lost_its_thing
    accepted = actions.accept_proposal(entry=entry, mark=seen, by=story.decider(), now=story.now)
    assert was_open
    assert not mark, "it was accepted unseen"
    if accepted.is_addition:
        story.added += 1
        assert accepted.installation is not None
        assert accepted.installation.version == story.sent[entry.pk]
        assert accepted.installation.entered_by_id == entry.proposed_by_id
    else:
        story.version = story.sent[entry.pk]


def decline(story: Story, entry: ProposedEntry) -> None:
    actions.decline_proposal(entry=entry, reason="No.", by=story.decider(), now=story.now)
    assert entry.state == OPEN


def reopen(story: Story, entry: ProposedEntry) -> None:
    actions.reopen_proposal(entry=entry, by=story.decider(), now=story.now)
    assert entry.state == DECLINED
    assert entry.decided_at is not None
    assert story.now - entry.decided_at <= dt.timedelta(days=14)


def withdraw(story: Story, entry: ProposedEntry) -> None:
    actions.withdraw_proposal(entry=entry, by=story.person("member"), now=story.now)
    assert entry.state == OPEN


def change(story: Story, entry: ProposedEntry) -> None:
    fields: dict[str, Any] = {"version": story.next()} | ({"status": "live"} if entry.is_addition else {})
    actions.change_proposal(entry=entry, fields=fields, by=story.person("member"), now=story.now)
    assert entry.may_be_sent_again
    story.sent[entry.pk] = fields["version"]


DEEDS_WITHOUT_ENTRY = {
    "send system": send_system,
    "send change": send_change,
    "suggest": suggest,
    "edit fact": edit_fact,
    "appoint lead": appoint,
    "remove lead": remove,
    "delete product": delete_product,
    "delete fact": delete_fact,
    "abolish": abolish,
    "wait three weeks": wait,
}
DEEDS_ON_ENTRY = {
    "accept": accept,
    "accept unseen": lambda story, entry: accept(story, entry, "another mark"),
    "decline": decline,
    "reopen": reopen,
    "withdraw": withdraw,
    "change": change,
}


def check(story: Story) -> None:
    entries = story.entries()
    waiting = {entry.pk for entry in entries if entry.is_waiting}
    lead, facilitator = story.person("lead"), story.person("facilitator")
    member, colleague = story.person("member"), story.person("colleague")

    # The record says what was accepted, and nothing else.
    assert Installation.objects.filter(council=story.council).exclude(pk=story.fact.pk).count() == story.added
    assert set(Installation.objects.filter(pk=story.fact.pk).values_list("version", flat=True)) <= {story.version}
    # Nothing that was typed is lost, whatever has gone.
    assert {entry.pk: entry.data["version"] for entry in entries} == story.sent
    # Everything that waits, waits for somebody, and not for two.
    mine, theirs = (set(ProposedEntry.objects.awaiting(person).values_list("pk", flat=True)) for person in (lead, facilitator))
    assert mine == (waiting if story.has_lead() else set())
    assert theirs & {entry.pk for entry in entries} == (set() if story.has_lead() else waiting)
    # It is between who sent it and who decides.
    seen = {name: set(ProposedEntry.objects.visible_to(person)) for name, person in (("lead", lead), ("colleague", colleague))}
    assert seen == {"lead": set(entries) if story.has_lead() else set(), "colleague": set()}
    for entry in entries:
        assert access.can_change_proposal(member, entry) is (entry.supplier_id is None)
        assert not (entry.supplier_id and access.can_decide(member, entry, story.now))
        assert actions.why_not(entry, story.now) or entry.is_waiting


@settings(max_examples=SEQUENCES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_an_entry_keeps_its_promises(member, colleague, lead, facilitator, supplier_person, deeds):
    people = {"member": member, "colleague": colleague, "lead": lead, "facilitator": facilitator}
    people["supplier_person"] = supplier_person
    supplier = supplier_person.memberships.get().organisation
    council = CouncilFactory()
    for person in (member, colleague, lead):
        Membership.objects.filter(user=person).update(ended_at=LONG_AGO + dt.timedelta(days=1), is_lead=False)
        Membership.objects.create(
            user=person, organisation=council, started_at=LONG_AGO, approved_at=LONG_AGO, is_lead=person == lead
        )
    story = Story(
        council=council,
        people=people,
        supplier=supplier,
        products=[ProductFactory(supplier=supplier) for _ in range(2)],
        fact=InstallationFactory(council=council, version="1"),
    )

    for deed, which in deeds:
        try:
            do(deed, which, story)
        except actions.NotDone:
            assert deed not in {"send system", "edit fact"}
        check(story)
