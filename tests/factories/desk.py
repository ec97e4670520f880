from __future__ import annotations

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from hub.desk import subjects
from hub.desk.actions.reporting import clock_of
from hub.desk.models import ReasonTemplate, Report
from tests.factories.forum import QuestionFactory

REPORTED = dt.datetime(2026, 5, 4, 9, 0, tzinfo=dt.UTC)


class ReportFactory(DjangoModelFactory[Report]):
    """Open, from a visitor; `thing=…` with its `kind` says what it is about."""

    class Meta:
        model = Report
        exclude = ["thing"]

    thing = factory.SubFactory(QuestionFactory)
    kind = "question"
    content_type = factory.LazyAttribute(lambda report: subjects.content_type_of(report.thing) if report.thing else None)
    object_id = factory.LazyAttribute(lambda report: report.thing.pk if report.thing else None)
    why = Report.Why.WRONG
    text = "The figure is for another year."
    received_at = REPORTED
    half_at = factory.LazyAttribute(lambda report: clock_of(Report.Why(report.why), report.received_at)[0])
    due_at = factory.LazyAttribute(lambda report: clock_of(Report.Why(report.why), report.received_at)[1])


class ReasonTemplateFactory(DjangoModelFactory[ReasonTemplate]):
    class Meta:
        model = ReasonTemplate

    name = factory.Sequence(lambda n: f"Words {n}")
    for_decision = ReasonTemplate.For.HIDE
    text = "It names a resident, so it is out of sight."
