"""The A to Z, and what members would have changed in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings

from hub.seed import reading
from hub.seed.play.stage import Stage
from taxonomy import actions as taxonomy
from taxonomy.models import Feedback, Proposal
from taxonomy.term_list import read

STARTER = Path(settings.BASE_DIR) / "taxonomy" / "starter" / "council-crm.txt"


def terms(stage: Stage) -> None:
    starter = read(STARTER.read_text("utf-8"))
    taxonomy.load_scheme(slug="council-crm", title="A to Z of council CRM", parsed=starter.terms, by=None, now=stage.ago(200))


def term_proposals(stage: Stage) -> None:
    if Proposal.objects.exists():
        return
    content = reading.facts("terms")
    for row in content["proposal"]:
        _term_proposal(stage, row)
    for row in content["follow"]:
        [concept] = stage.concepts([row["term"]])
        taxonomy.follow(concept=concept, by=stage.people[row["by"]], now=stage.ago(row["since_days_ago"]))
    for row in content["feedback"]:
        taxonomy.note_feedback(
            place=Feedback.Place(row["place"]),
            concept=stage.concepts([row["term"]])[0] if "term" in row else None,
            found=row["found"],
            words=row.get("words", ""),
            now=stage.ago(row["days_ago"]),
        )


def _term_proposal(stage: Stage, row: dict[str, Any]) -> None:
    sent = stage.ago(row["sent_days_ago"])
    wish = taxonomy.Wish(
        label=row.get("label", ""),
        definition=row.get("meaning", ""),
        target=stage.concepts([row["into"]])[0] if "into" in row else None,
    )
    proposal = taxonomy.propose(
        kind=Proposal.Kind(row["kind"]),
        wish=wish,
        reason=row["reason"],
        by=stage.people[row["by"]],
        now=sent,
        concepts=stage.concepts([row["term"]] if "term" in row else []),
    )
    for key in row.get("backers", []):
        taxonomy.support(proposal=proposal, by=stage.people[key], now=sent)
    for said in row.get("comments", []):
        taxonomy.comment(proposal=proposal, body=said["text"], by=stage.people[said["by"]], now=stage.ago(said["days_ago"]))
    if "answer" in row:
        decide = taxonomy.accept if row["answer"] == "accept" else taxonomy.decline
        decide(
            proposal=proposal,
            reason=row["answer_reason"],
            by=stage.people["samira.khan"],
            now=stage.ago(row["answer_days_ago"]),
        )
