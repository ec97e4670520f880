"""What members could read until it was closed to them: the transitions that no visitor could have seen."""

from __future__ import annotations

from hub.accounts.models import User
from hub.members import actions as members
from stepshare import actions as share
from stepshare.models import FactAudience, Installation
from tests.factories.members import MembershipFactory, ProfileFactory
from tests.factories.stepshare import InstallationFactory
from tests.whole_site.world import CANARY, CLOSING, NOW, World
from tests.whole_site.world.posts import close_question
from tests.whole_site.world.reading import close_paper


def close(world: World) -> None:
    """A fact goes to its council alone, a paper back to draft, a question is hidden; one person leaves, another is suspended."""
    world.let_pass("closing_fact", lambda: _fact(world), lambda fact: _to_own_council(fact, world), level=CLOSING)
    close_paper(world)
    close_question(world)
    world.let_pass("leaver", lambda: _person(world, "leaver"), _leave, level=CLOSING)
    world.let_pass("soon_suspended", lambda: _person(world, "suspended"), lambda user: _suspend(user, world), level=CLOSING)


def addresses(world: World) -> list[str]:
    question = world["closing_question"]
    people = [f"/members/{world[name].public_id}/" for name in ("leaver", "soon_suspended")]
    return [world["closing_paper"].url, question.get_absolute_url(), f"/question-time/{question.public_id}/", *people]


def _fact(world: World) -> Installation:
    said = {"used_for": f"{CANARY} until it closes.", "audience": FactAudience.MEMBERS, "entered_by": world["asker"]}
    return InstallationFactory(council=world["thornby"], product=world["product_two"], **said)


def _to_own_council(fact: Installation, world: World) -> None:
    share.change_installation(installation=fact, fields={"audience": FactAudience.COUNCIL}, by=world["asker"], now=NOW)


def _person(world: World, name: str) -> User:
    person: User = MembershipFactory(
        organisation=world["thornby"], user__email=f"{CANARY}-{name}@council.example".lower(), user__first_name=CANARY
    ).user
    ProfileFactory(user=person, about=f"{CANARY} tells.", about_html=f"<p>{CANARY} tells.</p>", offers=[world["term"]])
    return person


def _leave(person: User) -> None:
    members.leave(membership=person.memberships.get(), now=NOW)


def _suspend(person: User, world: World) -> None:
    members.suspend(user=person, reason="Posted advertisements.", by=world["facilitator"], now=NOW)
