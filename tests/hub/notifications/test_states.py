"""Whatever people choose and whatever happens, in whatever order: nobody is mailed what they do not want or may not read at that
moment, nobody twice, at most once a day by the daily mail, and whatever can be told is told in the end."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections import Counter
from unittest import mock

from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forum.models import Question
from hub.accounts.models import User
from hub.core.audience import Audience
from hub.core.following import Cadence
from hub.mail import sender
from hub.mail.models import Lane
from hub.mail.transports import Accepted, Envelope
from hub.members.models import Membership
from hub.notifications import actions, queries
from hub.notifications.actions import notify
from hub.notifications.models import MutedThread, Notification, Preference
from taxonomy.actions import follow, unfollow
from taxonomy.models import Follow
from tests.conftest import NOW
from tests.factories.forum import QuestionFactory
from tests.factories.mail import ScriptedTransport
from tests.factories.members import MembershipFactory
from tests.factories.taxonomy import ConceptFactory

SEQUENCES = int(os.environ.get("HUB_SEQUENCES", "3"))
HOUR = dt.timedelta(hours=1)

WHICH = st.integers(min_value=0, max_value=1)
DEEDS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("tell", "tell", "tell its asker", "follow", "unfollow", "quick follow", "quiet follow", "mute", "unmute"),
                *("want all", "want no daily", "want none", "hide", "show", "for members", "for all", "suspend", "lift"),
                *("leave", "come back", "write", "write", "hand over", "hand over", "wait", "wait a day"),
            ]
        ),
        WHICH,
        WHICH,
    ),
    max_size=18,
)


class Hub:
    def __init__(self) -> None:
        self.now = NOW
        self.people: list[User] = [MembershipFactory().user for _ in range(2)]
        self.questions: list[Question] = [
            QuestionFactory(title=f"Is it {word}?", body=f"Extract of {word}.") for word in ("one", "two")
        ]
        self.term = ConceptFactory()
        self.reason = f"term:{self.term.public_id}"
        self.events = 0
        self.mailed: Counter[tuple[int, str]] = Counter()
        self.days: Counter[tuple[int, dt.date]] = Counter()

    def do(self, deed: str, person: User, question: Question) -> None:
        self.now += dt.timedelta(minutes=7)
        thread = f"thread:{question.public_id}"
        by = {"by": person, "now": self.now}
        {
            "tell": lambda: self.tell(question, {each.pk: {self.reason} for each in self.people}),
            "tell its asker": lambda: self.tell(question, {person.pk: {"asked-it", self.reason}}),
            "follow": lambda: follow(concept=self.term, **by),
            "unfollow": lambda: unfollow(concept=self.term, by=person),
            "quick follow": lambda: actions.set_cadences(chosen={self.reason: "at-once"}, by=person),
            "quiet follow": lambda: actions.set_cadences(chosen={self.reason: "site"}, by=person),
            "mute": lambda: actions.mute(thread=thread, **by),
            "unmute": lambda: actions.unmute(thread=thread, by=person),
            "want all": lambda: self.choose(person, Preference.Mail.ALL),
            "want no daily": lambda: self.choose(person, Preference.Mail.AT_ONCE),
            "want none": lambda: self.choose(person, Preference.Mail.NONE),
            "hide": lambda: Question.objects.filter(pk=question.pk).update(status=Question.Status.HIDDEN),
            "show": lambda: Question.objects.filter(pk=question.pk).update(status=Question.Status.OPEN),
            "for members": lambda: Question.objects.filter(pk=question.pk).update(audience=Audience.MEMBERS),
            "for all": lambda: Question.objects.filter(pk=question.pk).update(audience=Audience.PUBLIC),
            "suspend": lambda: User.objects.filter(pk=person.pk).update(is_active=False),
            "lift": lambda: User.objects.filter(pk=person.pk).update(is_active=True),
            "leave": lambda: Membership.objects.filter(user=person).update(ended_at=self.now),
            "come back": lambda: Membership.objects.filter(user=person).update(ended_at=None),
            "write": self.write,
            "hand over": self.hand_over,
            "wait": lambda: None,
            "wait a day": self.wait_a_day,
        }[deed]()

    def tell(self, question: Question, people: dict[int, set[str]]) -> None:
        self.events += 1
        for _ in range(2):  # a room that says it twice
            notify(
                event_key=f"event:{self.events}",
                kind="told-answered",
                subject=question.public_id,
                people=people,
                thread=f"thread:{question.public_id}",
                now=self.now,
            )

    def choose(self, person: User, mail: Preference.Mail) -> None:
        actions.choose(by=person, mail_wanted=mail, cadences={}, now=self.now)

    def wait_a_day(self) -> None:
        self.now = (self.now + dt.timedelta(days=1)).replace(hour=6, minute=30)

    def write(self) -> None:
        for _ in range(2):
            actions.post_at_once(self.now)
            actions.post_daily(self.now)

    def hand_over(self) -> None:
        transport = ScriptedTransport(*[self.check] * 50)
        with mock.patch("django.utils.timezone.now", return_value=self.now):
            sender.drain(Lane.NOTICE, transport, self.now)

    def check(self, envelope: Envelope) -> Accepted:
        """What goes is looked at as the person stands at that moment."""
        person = User.objects.get(email=envelope.recipient)
        assert person.is_active
        assert Membership.objects.filter(user=person, ended_at=None).exists()
        assert not Preference.objects.filter(person=person, mail=Preference.Mail.NONE).exists()
        letter = self.letter_of(envelope)
        for row in Notification.objects.filter(letter=letter):
            self.mailed[person.pk, row.event_key] += 1
            question = Question.objects.get(public_id=row.subject)
            assert Question.objects.visible_to(person).filter(pk=question.pk).exists()
            assert not MutedThread.objects.filter(person=person, thread=row.thread).exists()
            if row.reasons == [self.reason]:
                assert Follow.objects.filter(user=person).exclude(cadence=Cadence.SITE).exists()
            extract = question.body.encode()
            if not Question.objects.visible_to(AnonymousUser()).filter(pk=question.pk).exists():
                assert extract not in envelope.data
        ours = Question.objects.filter(pk__in=[question.pk for question in self.questions])  # other examples have the same titles
        for hidden in ours.exclude(pk__in=Question.objects.visible_to(person)):
            assert hidden.title.encode() not in envelope.data
        if letter.startswith("notifications-of:"):
            self.days[person.pk, dt.date.fromisoformat(letter.rpartition(":")[2])] += 1
        return Accepted(250, "OK")

    def letter_of(self, envelope: Envelope) -> str:
        from hub.mail.models import Message

        left = re.search(rb"Message-ID: <(\w+)\.", envelope.data)
        assert left is not None
        return Message.objects.get(public_id=left[1].decode()).key

    def holds(self) -> None:
        assert all(number == 1 for number in self.mailed.values()), self.mailed
        assert all(number == 1 for number in self.days.values()), self.days
        assert not Notification.objects.filter(settled_at=None, cadence=Cadence.SITE).exists()
        for person in self.people:
            fresh = User.objects.get(pk=person.pk)
            seen = queries.visible_to(fresh)
            assert queries.number_new(fresh) == len(seen)
            assert len(queries.lines(fresh, seen)) == len(seen)


@settings(max_examples=SEQUENCES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_whatever_happens_in_whatever_order(db, deeds):
    hub = Hub()
    for person in hub.people:
        follow(concept=hub.term, by=person, now=hub.now)
    for deed, person, question in deeds:
        hub.do(deed, hub.people[person], hub.questions[question])
        hub.holds()

    for _ in range(3):
        hub.write()
        hub.hand_over()
        hub.wait_a_day()
    hub.holds()
    assert not Notification.objects.filter(settled_at=None).exists()
