"""Systems, who uses them, and projects."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hub.core.audience import Audience
from stepshare import actions
from stepshare.models import FactAudience, Installation, ProductConcept, Project, ProjectConcept, ProposedEntry
from stepshare.proposed import mark_of, on_record
from tests.factories.stepshare import InstallationFactory, ProductFactory, ProjectFactory, ProposedEntryFactory
from tests.whole_site.world import CANARY, MEMBERS, NOBODY, NOW, OWN, SUPPLIER, World

OVER_A_YEAR_AGO = NOW - dt.timedelta(days=400)


def record(world: World) -> None:
    """Three systems, and one fact of each audience about each of two councils."""
    for number, name in enumerate(("product", "product_two", "product_three"), start=1):
        given = {"name": f"System {number}", "slug": f"system-{number}", "supplier": world["acme"], "summary": "Shared words."}
        world.make(name, ProductFactory(**given, concepts=[world["term"]]))
    _facts(world)
    _projects(world)
    _entries(world)
    for name in {"candidate", "passing_term"} & world.secrets:
        ProductConcept.objects.create(product=world["product"], concept=world[name])
        ProjectConcept.objects.create(project=world["project"], concept=world[name])


def _fact(world: World, council: str, product: str, audience: FactAudience, word: str = "", **fields: Any) -> Installation:
    given = {"council": world[council], "product": world[product], "audience": audience, "used_for": word}
    return InstallationFactory(**{**given, **fields})


def _facts(world: World) -> None:
    public, members, council = FactAudience.PUBLIC, FactAudience.MEMBERS, FactAudience.COUNCIL
    world.make("public_fact", _fact(world, "thornby", "product", public, "Openly used."))
    world.hide("members_fact", MEMBERS, lambda: _fact(world, "thornby", "product_two", members, f"{CANARY} between members."))
    world.hide("others_fact", NOBODY, lambda: _fact(world, "thornby", "product_three", council, f"{CANARY} in Thornby only."))
    _passing_facts(world)
    world.make("own_public_fact", _fact(world, "ambleford", "product_two", public, "Openly used here."))
    world.hide("own_members_fact", MEMBERS, lambda: _fact(world, "ambleford", "product", members, f"{CANARY} here."))
    world.hide(
        "own_fact",
        OWN,
        lambda: _fact(
            world, "ambleford", "product_three", council, f"{CANARY} in Ambleford only.", last_confirmed_at=OVER_A_YEAR_AGO
        ),
    )


def _passing_facts(world: World) -> None:
    for name, product, audience in (
        ("members", "product_two", FactAudience.MEMBERS),
        ("council", "product_three", FactAudience.COUNCIL),
    ):
        world.let_pass(
            f"passing_to_{name}",
            lambda product=product: _fact(world, "westmere", product, FactAudience.PUBLIC, f"{CANARY} in passing."),
            lambda fact, audience=audience: actions.change_installation(
                installation=fact, fields={"audience": audience}, by=world["stranger"], now=NOW
            ),
        )


def _entry(world: World, council: str, word: str, **fields: Any) -> ProposedEntry:
    """Its subject and one of its answers have the canary."""
    answers = {"data": {"status": "live", "used_for": f"{CANARY} {word}.", "audience": "members"}}
    given = {"council": world[council], "product": world["product_three"], "subject": f"{CANARY} {word}", **answers}
    return ProposedEntryFactory(**{**given, "proposed_at": NOW - dt.timedelta(days=3), **fields})


def _entries(world: World) -> None:
    """What waits, or was declined, of Ambleford's own people, of other councils' and of two suppliers."""
    declined = {"state": "declined", "reason": f"{CANARY} why not.", "decided_at": NOW - dt.timedelta(days=2)}
    own = {"proposed_by": world["member"]}
    if OWN in world.levels:
        change = {"kind": "change-system", "installation": world["own_fact"], "data": {"used_for": f"{CANARY} proposed."}, **own}
        world.hide("own_entry", OWN, lambda: _entry(world, "ambleford", "entry here", **change))
        world.hide("own_mark", OWN, lambda: mark_of(world["own_entry"], on_record(world["own_entry"])))
    world.hide("own_declined", OWN, lambda: _entry(world, "ambleford", "declined here", **own, **declined))
    for name, council, by in (("others_entry", "westmere", "replier"), ("others_declined", "thornby", "asker")):
        state = declined if name == "others_declined" else {}
        world.hide(
            name, NOBODY, lambda council=council, by=by, state=state: _entry(world, council, "sent", proposed_by=world[by], **state)
        )
    birch = {"supplier": world["birch"], "proposed_by": None}
    world.hide("others_suggestion", NOBODY, lambda: _entry(world, "thornby", "of Birch", **birch))
    acme = {"supplier": world["acme"], "proposed_by": world["supplier"], "product": world["product_two"]}
    world.hide("suggestion", SUPPLIER, lambda: _entry(world, "westmere", "of Acme", **acme))
    world.hide("suggestion_mark", SUPPLIER, lambda: mark_of(world["suggestion"], {}))


def _project(world: World, council: str, title: str, days_ago: int, **fields: Any) -> Project:
    at = NOW - dt.timedelta(days=days_ago)
    given = {"council": world[council], "title": title, "slug": title.lower().replace(" ", "-"), "summary": f"{title} tells."}
    return ProjectFactory(**{**given, "entered_at": at, "changed_at": at, "concepts": [world["term"]], **fields})


def _projects(world: World) -> None:
    public, seeking = {"audience": Audience.PUBLIC}, {"seeking": Project.Seeking.PARTNER}
    product = {"products": [world["product"]], "partners": [world["westmere"]]}
    world.make("project", _project(world, "thornby", "Project one", 9, **public, **seeking, **product))
    world.hide("members_project", MEMBERS, lambda: _project(world, "thornby", f"{CANARY} project", 8, **seeking, **product))
    world.let_pass(
        "passing_project",
        lambda: _project(world, "westmere", f"{CANARY} passing project", 8, **public, **seeking, **product),
        lambda project: _close_to_members(project, world),
    )
    world.make("own_project", _project(world, "ambleford", "Project two", 7, **public, **seeking))
    world.hide("own_members_project", MEMBERS, lambda: _project(world, "ambleford", f"{CANARY} project here", 6, **product))
    world.make("project_three", _project(world, "westmere", "Project three", 5, **public))


def _close_to_members(project: Project, world: World) -> None:
    kept = {"partners": [world["westmere"]], "products": [world["product"]], "concepts": [world["term"]]}
    actions.change_project(project=project, fields={"audience": Audience.MEMBERS}, **kept, by=world["stranger"], now=NOW)
