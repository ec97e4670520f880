"""Two issues that went out, one that was frozen and one in the making; what was mailed is kept in the world's post office."""

from __future__ import annotations

from hub.bulletin import actions, compose, drafts
from hub.bulletin.models import BulletinIssue, BulletinItem, Section
from hub.core.audience import Audience
from hub.mail import actions as mail
from hub.mail import queries as ledger
from hub.mail import sender
from hub.mail.models import Delivery, Lane
from tests.factories.bulletin import BulletinIssueFactory
from tests.whole_site.world import CANARY, MEMBERS, NOBODY, NOW, STAFF, World


def send_two_issues(world: World) -> None:
    world.make("old_issue", _old_issue(world))
    world.make("issue", _sent(world))
    world.make("going_issue", _going(world, number=5))
    world.make("paused_issue", _paused(world))
    world.hide("frozen_issue", STAFF, lambda: _frozen(world))
    world.hide("draft_issue", STAFF, lambda: _draft(world))
    world.hide("draft_as_read", STAFF, lambda: AsRead(world["draft_issue"]))
    failed = Delivery.objects.filter(address="events@council.example", state=Delivery.State.ACCEPTED)
    failed.update(state=Delivery.State.FAILED, smtp_code=550, smtp_text="No such mailbox.")


class AsRead:
    """What the forms of a draft carry, so that nobody writes over or approves what they have not seen."""

    def __init__(self, issue: BulletinIssue) -> None:
        self.issue = issue

    @property
    def to_change(self) -> str:
        return drafts.as_typed(self.issue, self.issue.items.all())

    @property
    def to_approve(self) -> str:
        return drafts.as_mailed(drafts.draft_of(self.issue))


def _old_issue(world: World) -> BulletinIssue:
    """In the archive. Some of what it points at has since become members' business, or been hidden."""
    issue = BulletinIssueFactory(number=1, title="STEP bulletin 1", sent=True)
    _item(issue, 1, Section.CONTENT, "Paper one", page=world["public_paper"].page_ptr)
    world.hide(
        "members_item", MEMBERS, lambda: _item(issue, 2, Section.CONTENT, f"{CANARY} item", page=world["members_paper"].page_ptr)
    )
    _item(issue, 3, Section.QUESTIONS, "Question two", question=world["waiting_question"])
    world.hide("hidden_item", NOBODY, lambda: _item(issue, 4, Section.QUESTIONS, f"{CANARY} it", question=world["hidden_question"]))
    world.hide(
        "draft_item", NOBODY, lambda: _item(issue, 5, Section.CONTENT, f"{CANARY} drafted", page=world["draft_paper"].page_ptr)
    )
    return issue


def _item(issue: BulletinIssue, position: int, section: Section, title: str, **thing: object) -> BulletinItem:
    return BulletinItem.objects.create(issue=issue, section=section, position=position, title=title, url="/", **thing)


def _sent(world: World) -> BulletinIssue:
    """As a facilitator does it, from what the hub suggests to everybody, with something that members alone are told of."""
    issue = actions.start_issue(number=2, opening="Good morning.", by=world["facilitator"], now=NOW, suggest=False)
    for offers in compose.suggestions(issue, NOW).values():
        for thing in offers[Audience.PUBLIC][: compose.IN_A_SECTION[Audience.PUBLIC]]:
            actions.add_item(issue=issue, obj=thing, by=world["facilitator"], now=NOW)
    world.hide(
        "closed_item",
        MEMBERS,
        lambda: actions.add_item(issue=issue, obj=world["members_paper"], by=world["facilitator"], now=NOW),
    )
    actions.freeze(issue=issue, by=world["facilitator"], now=NOW)
    actions.send(issue=issue, by=world["facilitator"], now=NOW)
    for message in ledger.to_freeze():
        mail.freeze(message=message, now=NOW)
    while sender.drain(Lane.BULK, world.post_office, NOW):
        pass
    actions.look_after(issue=issue, now=NOW)
    return issue


def _frozen(world: World) -> BulletinIssue:
    """Held back: nobody has sent it yet."""
    issue = _draft(world, number=3)
    actions.freeze(issue=issue, by=world["facilitator"], now=NOW)
    return issue


def _draft(world: World, number: int = 4) -> BulletinIssue:
    title = f"{CANARY} bulletin {number}"
    issue = actions.start_issue(number=number, title=title, by=world["editor"], now=NOW, suggest=False)
    actions.add_item(issue=issue, obj=world["paper_three"], by=world["editor"], now=NOW)
    return issue


def _going(world: World, number: int) -> BulletinIssue:
    """On its way: nobody has it, and of one reader nobody knows."""
    issue = actions.start_issue(number=number, by=world["facilitator"], now=NOW, suggest=False)
    actions.add_item(issue=issue, obj=world["public_paper"], by=world["facilitator"], now=NOW)
    actions.freeze(issue=issue, by=world["facilitator"], now=NOW)
    actions.send(issue=issue, by=world["facilitator"], now=NOW)
    for message in ledger.to_freeze():
        mail.freeze(message=message, now=NOW)
        lost = message.deliveries.order_by("pk").values("pk")[:1]
        message.deliveries.filter(pk__in=lost).update(state="uncertain", next_attempt_at=None, settled_at=NOW)
    return issue


def _paused(world: World) -> BulletinIssue:
    issue = _going(world, number=6)
    actions.pause_issue(issue=issue, by=world["facilitator"], now=NOW)
    return issue
