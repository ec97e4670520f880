"""One person for each role, and the councils they come from."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from hub.accounts.models import User
from hub.bulletin import links
from hub.bulletin.models import Subscriber
from hub.members.models import Membership, Role
from hub.organisations.models import Organisation
from tests.factories.accounts import UserFactory
from tests.factories.bulletin import SubscriberFactory
from tests.factories.members import MembershipFactory, OfficeFactory
from tests.factories.organisations import CouncilFactory, SupplierFactory
from tests.whole_site.world import CANARY, NOBODY, NOW, World

WITHOUT_ACCOUNT = ("anonymous", "subscriber")
PASSWORD = "eleven old systems"


def settle(world: World) -> None:
    for name in ("Ambleford", "Westmere", "Thornby"):
        world.make(name.lower(), _council(name))
    world.make("password", PASSWORD)
    world.make("acme", SupplierFactory(name="Acme Systems", short_name="Acme Systems", slug="acme-systems"))
    _give_roles(world)
    world.hide("pending_stranger", NOBODY, lambda: _belongs(f"{CANARY} Pending", world["westmere"], pending=True))
    _subscribe(world)


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


def _subscribe(world: World) -> None:
    reader = world.make("reader", SubscriberFactory(email="reader@council.example", confirmed_at=NOW))
    world.hide("unconfirmed", NOBODY, lambda: _unconfirmed(f"{CANARY.lower()}@council.example"))
    waiting = world.make("waiting", _unconfirmed("waiting@council.example"))
    world.make("only_events", SubscriberFactory(email="events@council.example", wants_content=False, wants_questions=False))
    world.make("confirm_token", links.confirm_token(waiting, NOW))
    world.make("preferences_token", links.preferences_token(reader))
    world.make("unsubscribe_token", links.unsubscribe_token(reader))


def _unconfirmed(email: str) -> Subscriber:
    return SubscriberFactory(email=email, pending=True, asked_at=NOW, created_at=NOW)
