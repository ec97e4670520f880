"""Plays the demo's text files through the real actions, as the people in them would have done it.

Idempotent: whatever is there already is left alone, so a demo can be seeded again after new content came with an upgrade.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from hub.seed.play import a_to_z, asking, desk, following, mailing, pages, people, record
from hub.seed.play.stage import PASSWORD, Stage

__all__ = ["PASSWORD", "play"]


def play(*, now: dt.datetime, say: Callable[[str], object]) -> None:
    """Everything, in the order in which it came about."""
    stage = Stage(now=now)
    for title, scene in (
        ("The A to Z", a_to_z.terms),
        ("Councils and suppliers", people.organisations),
        ("Members", people.memberships),
        ("Systems", record.systems),
        ("Projects", record.projects_shared),
        ("What waits for a council's yes", record.entries),
        ("What members suggest for the A to Z", a_to_z.term_proposals),
        ("What members tell of themselves", people.profiles),
        ("Papers, case studies, events", pages.publish),
        ("What members follow", following.follows),
        ("Question time", asking.questions),
        ("What members have read of it", following.read_notifications),
        ("The bulletin", mailing.subscribers),
        ("Two past bulletins, and the next one", mailing.bulletins),
        ("A complaint that waits", people.complaints),
        ("The desk, with what was reported", desk.set_out),
    ):
        say(f"  {title} ...")
        scene(stage)
