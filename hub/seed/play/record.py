"""STEP Share: systems, projects, and what waits for a council's yes."""

from __future__ import annotations

from typing import Any

from hub.accounts.models import User
from hub.core.audience import Audience
from hub.seed import reading
from hub.seed.play.stage import Stage
from stepshare import actions as share
from stepshare.models import Installation, Product, Project, ProposedEntry


def systems(stage: Stage) -> None:
    for row in reading.facts("products")["product"]:
        stage.products[row["key"]] = Product.objects.filter(slug=row["key"]).first() or share.record_product(
            name=row["name"],
            slug=row["key"],
            supplier=stage.suppliers[row["supplier"]],
            summary=row["summary"],
            concepts=stage.concepts(row["concepts"]),
            by=stage.people["lynn.ogden"],
            now=stage.ago(250),
        )
    for row in reading.facts("installations")["installation"]:
        _installation(stage, row)


def _installation(stage: Stage, row: dict[str, Any]) -> None:
    council, product = stage.councils[row["council"]], stage.products[row["product"]]
    legacy = stage.councils[row["legacy"]] if row.get("legacy") else None
    if Installation.objects.filter(council=council, product=product, legacy_area=legacy).exists():
        return
    live = row.get("live_days_ago")
    share.record_installation(
        council=council,
        product=product,
        fields={
            "version": row.get("version", ""),
            "status": row["status"],
            "hosting": row["hosting"],
            "users": row.get("users") or Installation.Users.UNKNOWN,
            "used_for": row.get("used_for", ""),
            "local_name": row.get("local_name", ""),
            "went_live_on": stage.ago(live).date() if live else None,
            "legacy_area": legacy,
            "audience": row["audience"],
        },
        by=_someone_at(stage, row["council"]),
        now=stage.ago(row["confirmed_days_ago"]),
    )


def _someone_at(stage: Stage, council: str) -> User:
    return next(user for user in stage.people.values() if user.email.endswith(f"@{council}.example"))


def projects_shared(stage: Stage) -> None:
    for row in reading.facts("projects")["project"]:
        council, ended = stage.councils[row["council"]], row.get("ended_days_ago")
        stage.projects[row["key"]] = Project.objects.filter(council=council, title=row["title"]).first() or share.record_project(
            council=council,
            partners=[stage.councils[key] for key in row.get("partners", [])],
            products=[stage.products[key] for key in row.get("products", [])],
            concepts=stage.concepts(row["concepts"]),
            fields={
                "title": row["title"],
                "summary": row["summary"],
                "phase": row["phase"],
                "seeking": row.get("seeking", ""),
                "started_on": stage.ago(row["started_days_ago"]).date(),
                "ended_on": stage.ago(ended).date() if ended else None,
                "lesson": row.get("lesson", ""),
                "audience": row["audience"],
            },
            by=_someone_at(stage, row["council"]),
            now=stage.ago(min(row["started_days_ago"], 240)),
        )


def entries(stage: Stage) -> None:
    if ProposedEntry.objects.exists():
        return
    content = reading.facts("entries")
    for row in content["change"]:
        fact = Installation.objects.get(council=stage.councils[row["council"]], product=stage.products[row["product"]])
        fields = {name: row[name] for name in ("version", "used_for")}
        share.propose_change(row=fact, fields=fields, by=stage.people[row["by"]], now=stage.ago(row["sent_days_ago"]))
    for row in content["suggestion"]:
        product = stage.products[row["product"]]
        share.suggest_installation(
            council=stage.councils[row["council"]],
            product=product,
            supplier=stage.suppliers["brackenfield"],
            fields={"status": row["status"], "went_live_on": None, "audience": Audience.MEMBERS},
            note=row["note"],
            by=stage.people[row["by"]],
            now=stage.ago(row["sent_days_ago"]),
        )
