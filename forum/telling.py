"""What people hear of question time: that somebody hopes they can answer."""

from __future__ import annotations

from forum.models import HelpRequest, Question
from hub.core.audience import Audience
from hub.notifications import kinds, reasons
from hub.notifications.kinds import Kind, Subject, Words
from hub.notifications.reasons import Group, Reason

QUESTION = Subject(
    "question",
    lambda viewer: Question.objects.visible_to(viewer),
    lambda question: Words(
        title=question.title,
        url=question.get_absolute_url(),
        extract=question.body[:400] if question.audience == Audience.PUBLIC else "",
    ),
)
# None of them names a system or term: which one, the question itself tells.
ASKED_BECAUSE = {
    HelpRequest.Reason.SYSTEM: "your council has a system on record that it is about",
    HelpRequest.Reason.OFFERED_SYSTEM: "you are happy to be asked about a system that it is about",
    HelpRequest.Reason.OFFERED_TERM: "you are happy to be asked about a term that it carries",
    HelpRequest.Reason.ACCEPTED: "an answer of yours to a question like it was accepted",
    HelpRequest.Reason.NAMED: "somebody who was asked first thought of you",
}


def register() -> None:
    for reason, words in ASKED_BECAUSE.items():
        reasons.register(Reason(f"help-{reason}", Group.HELP, words))
    kinds.register(Kind("help-asked", QUESTION, "Could you answer this?"))
