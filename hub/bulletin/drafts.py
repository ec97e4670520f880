"""A draft as it would be mailed now, for the compose page, the gates and the page before approval."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from hub.bulletin import editions
from hub.bulletin.contents import fit_to_mail
from hub.bulletin.editions import Plan
from hub.bulletin.gates import Draft
from hub.bulletin.models import BulletinIssue, BulletinItem
from hub.bulletin.writing import Mail
from hub.core.audience import Audience

NAMES = {Audience.PUBLIC: "the public edition", Audience.MEMBERS: "the members' edition"}


def draft_of(issue: BulletinIssue) -> Draft:
    """With the whole mail of each audience: whatever topics leave out only makes it shorter."""
    items = editions.ordered(issue)
    fit = fit_to_mail(items)
    editions.settle(items, fit)
    entries = editions.live_entries(items, fit.everything)
    audiences = [Audience.PUBLIC, *([Audience.MEMBERS] if fit.members else [])]
    mails = {
        NAMES[audience]: editions.written(
            issue,
            entries if audience == Audience.MEMBERS else [entry for entry in entries if entry.public_id in fit.public],
            audience,
            fit.members,
        )
        for audience in audiences
    }
    return Draft(issue, items, fit, entries, mails)


# A page says by one of these which draft it shows: what is sent back from it is held against the draft as it is then.


def as_typed(issue: BulletinIssue, items: Iterable[BulletinItem]) -> str:
    """Of what editors typed and chose."""
    chosen = sorted((item.public_id, item.position, item.note) for item in items)
    return _fingerprint(issue.title, issue.opening, str(issue.send_on), str(issue.send_time), chosen)


def as_mailed(draft: Draft) -> str:
    """Of every word that would be mailed, those of pages and questions among them, and of when it would be."""
    mails = [(name, mail.subject, mail.html, mail.text) for name, mail in draft.mails.items()]
    return _fingerprint(mails, str(draft.issue.send_on), str(draft.issue.send_time))


def _fingerprint(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def mail_of(issue: BulletinIssue, plan: Plan) -> Mail:
    """An edition of a draft."""
    items = editions.ordered(issue)
    fit = fit_to_mail(items)
    editions.settle(items, fit)
    held = [item for item in items if item.public_id in fit.everything and plan.holds(item)]
    return editions.written(issue, editions.live_entries(held, fit.everything), plan.audience, fit.members)
