"""Two people at one desk, in whatever order: nothing is decided twice, and what is undone is as it was."""

from __future__ import annotations

import datetime as dt
import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forum.models import Question
from hub.core.audience import Audience
from hub.desk import actions
from hub.desk.actions.deciding import CannotUndo, ClaimedByAnother
from hub.desk.models import CLAIM_LASTS, Claim, DeskEntry, Report
from hub.desk.trays import TRAYS
from hub.desk.trays.base import DecidedAlready
from tests.conftest import NOW
from tests.factories.desk import ReportFactory
from tests.factories.forum import QuestionFactory

SEQUENCES = int(os.environ.get("HUB_SEQUENCES", "5"))
REPORTS = TRAYS["report"]

WHO = st.integers(min_value=0, max_value=1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["claim", "take over", "let go", "hide", "put-right", "dismiss"]), WHO),
        st.tuples(st.just("undo"), WHO),
        st.just(("wait", 0)),
    ),
    max_size=14,
)


class Model:
    """What must be so after each step, reckoned without the database."""

    def __init__(self) -> None:
        self.question = QuestionFactory(audience=Audience.PUBLIC)
        self.report = ReportFactory(thing=self.question)
        self.now = self.until = NOW
        self.holder = None
        self.state = "open"
        self.standing: DeskEntry | None = None

    @property
    def entries(self):
        return DeskEntry.objects.filter(tray="report", key=self.report.public_id)

    @property
    def decisions(self):
        return self.entries.exclude(decision__in=["undo", "take-over"])

    def step(self, deed: str, by) -> None:
        self.now += CLAIM_LASTS if deed == "wait" else dt.timedelta(minutes=1)
        if self.now >= self.until:
            self.holder = None
        blocked, known = self.holder not in (None, by), self.entries.count()
        expected = self.refusal(deed, blocked)
        refused = None
        try:
            self.do(deed, by)
        except (DecidedAlready, ClaimedByAnother, CannotUndo) as refusal:
            refused = type(refusal)
        assert refused is expected
        assert refused is None or self.entries.count() == known

    def refusal(self, deed: str, blocked: bool) -> type[Exception] | None:
        if deed in {"let go", "wait"}:
            return None
        if deed == "undo":
            return CannotUndo if self.standing is None and self.decisions.exists() else None
        if self.state != "open":
            return DecidedAlready
        return ClaimedByAnother if blocked and deed != "take over" else None

    def do(self, deed: str, by) -> None:
        given_ = {"tray": REPORTS, "key": self.report.public_id, "by": by, "now": self.now}
        if deed in {"claim", "take over"}:
            actions.claim(**given_, take_over=deed == "take over")
            self.holder, self.until = by, self.now + CLAIM_LASTS
        elif deed == "let go":
            actions.let_go(**given_)
            self.holder = None if self.holder == by else self.holder
        elif deed == "undo":
            self.undo(by)
        elif deed != "wait":
            self.standing = actions.decide(**given_, decision=deed, reason="Because.")
            self.state, self.holder = deed, None

    def undo(self, by) -> None:
        last = self.decisions.order_by("pk").last()
        if last is not None:
            actions.undo(entry=last, by=by, now=self.now)
            assert last == self.standing
            self.state, self.standing, self.holder = "open", None, None

    def check(self) -> None:
        held = Claim.objects.standing(self.now).filter(key=self.report.public_id).first()
        assert Report.objects.get(pk=self.report.pk).is_open is (self.state == "open")
        assert Question.objects.open().filter(pk=self.question.pk).exists() is (self.state != "hide")
        assert (held.claimed_by if held else None) == self.holder
        assert self.decisions.count() - self.entries.filter(decision="undo").count() == (self.state != "open")


@settings(max_examples=SEQUENCES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_two_people_take_turns(facilitator, second, steps):
    model = Model()
    for deed, number in steps:
        model.step(deed, (facilitator, second)[number])
        model.check()
