"""One person for each role, and the councils they come from."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from hub.accounts.models import User
from hub.bulletin import links
from hub.bulletin.models import Subscriber
from hub.members import links as members_links
from hub.members.models import Complaint, Membership, Role, SupplierClaim, Suspension
from hub.organisations.models import Organisation
from tests.factories.accounts import UserFactory
from tests.factories.bulletin import SubscriberFactory
from tests.factories.members import (
    ComplaintFactory,
    EmailAddressFactory,
    MembershipFactory,
    OfficeFactory,
    SupplierClaimFactory,
    SuspensionFactory,
)
from tests.factories.organisations import CouncilFactory, MailDomainFactory, SupplierFactory
from tests.whole_site.world import CANARY, NOBODY, NOW, OWN, World

WITHOUT_ACCOUNT = ("anonymous", "subscriber")
PASSWORD = "eleven old systems"


def settle(world: World) -> None:
    for name in ("Ambleford", "Westmere", "Thornby"):
        world.make(name.lower(), _council(name))
    world.make("password", PASSWORD)
    world.make("acme", SupplierFactory(name="Acme Systems", short_name="Acme Systems", slug="acme-systems"))
    world.make("birch", SupplierFactory(name="Birch Systems", short_name="Birch Systems", slug="birch-systems"))
    _give_roles(world)
    world.hide("pending_stranger", NOBODY, lambda: _belongs(f"{CANARY} Pending", world["westmere"], pending=True))
    world.hide("request_here", OWN, lambda: _belongs(f"{CANARY} Request", world["ambleford"], pending=True, reason=CANARY))
    world.hide("claim", NOBODY, _claim)
    world.hide("secret_suspension", NOBODY, _suspension)
    _prove_an_address(world)
    _subscribe(world)
    world.make("complaint", ComplaintFactory(received_at=NOW, text="The words of it", address="jo@council.example"))
    world.hide("secret_complaint", NOBODY, lambda: _complaint(CANARY))


def _council(name: str) -> Organisation:
    return CouncilFactory(name=f"{name} District Council", short_name=name, slug=name.lower())


def _person(name: str) -> User:
    """Somebody who has confirmed their address and has a password."""
    email = f"{name.lower().replace(' ', '.')}@council.example"
    person: User = UserFactory(email=email, first_name=name, last_name="Reader", joined_at=NOW, password=make_password(PASSWORD))
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person


def _belongs(name: str, organisation: Organisation, **fields: object) -> Membership:
    return MembershipFactory(user=_person(name), organisation=organisation, **fields)


def _give_roles(world: World) -> None:
    world.make("pending", _belongs("Paula", world["ambleford"], pending=True).user)
    world.make("supplier", _belongs("Sam", world["acme"]).user)
    world.make("member", _belongs("Mira", world["ambleford"]).user)
    world.make("lead", _belongs("Leo", world["ambleford"], is_lead=True).user)
    world.make("stranger", _belongs("Stella", world["westmere"]).user)
    world.make("replier", _belongs("Rose", world["westmere"]).user)
    world.make("asker", _belongs("Tom", world["thornby"]).user)
    for role in (Role.EDITOR, Role.FACILITATOR, Role.ADMINISTRATOR):
        world.make(role.value, OfficeFactory(user=_person(role.label), role=role).user)
    # Two whose rights are gone, and somebody who never had any, to compare them with.
    world.make("newcomer", _person("Nell"))
    world.make("former", _belongs("Fred", world["westmere"], ended_at=NOW).user)
    suspended = world.make("suspended", _belongs("Susan", world["westmere"]).user)
    suspended.is_active = False
    suspended.save(update_fields=["is_active"])
    SuspensionFactory(user=suspended, started_at=NOW)


def _claim() -> SupplierClaim:
    return SupplierClaimFactory(user=_person(f"{CANARY} Claimant"), supplier_name=f"{CANARY} Systems", reason=CANARY, asked_at=NOW)


def _suspension() -> Suspension:
    person = _person(f"{CANARY} Suspended")
    person.is_active = False
    person.save(update_fields=["is_active"])
    return SuspensionFactory(user=person, reason=f"{CANARY} wrote it", started_at=NOW)


def _prove_an_address(world: World) -> None:
    """Of somebody who belongs to Westmere and is asked whether they still do."""
    world.make("mail_domain", MailDomainFactory(domain="westmere.example", organisation=world["westmere"]))
    person = EmailAddressFactory(
        user__email="wanda@westmere.example", user__first_name="Wanda", user__joined_at=NOW, primary=True
    ).user
    MembershipFactory(user=person, organisation=world["westmere"], basis="address", recheck_asked_at=NOW)
    url = members_links.still_here_url(user=person, council=world["westmere"], email=person.email, now=NOW)
    world.make("still_here_token", url.rstrip("/").rpartition("/")[2])
    for name in ("member", "lead", "stranger"):
        world.make(f"{name}_place", world[name].memberships.get())


def _subscribe(world: World) -> None:
    reader = world.make("reader", SubscriberFactory(email="reader@council.example", confirmed_at=NOW))
    world.hide("unconfirmed", NOBODY, lambda: _unconfirmed(f"{CANARY.lower()}@council.example"))
    waiting = world.make("waiting", _unconfirmed("waiting@council.example"))
    world.make("another_reader", SubscriberFactory(email="events@council.example"))
    world.make("confirm_token", links.confirm_token(waiting, NOW))
    world.make("preferences_token", links.preferences_token(reader))
    world.make("unsubscribe_token", links.unsubscribe_token(reader))


def _unconfirmed(email: str) -> Subscriber:
    return SubscriberFactory(email=email, pending=True, asked_at=NOW, created_at=NOW)


def _complaint(word: str) -> Complaint:
    return ComplaintFactory(received_at=NOW, name=word, text=f"{word} told on us", address=f"{word.lower()}@nowhere.example")
