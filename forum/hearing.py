"""What people hear of questions: new ones, answers and comments, and what is said of an answer.

Only of what may be read by everybody whom its audience lets: what waits for a facilitator is told once it was let through, and
its author alone is told what a facilitator decided of it. A sealed author is never passed on: not as somebody to tell, for
there is a relay, nor as somebody to leave out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import QuerySet

from forum.models import Answer, AnswerMark, Comment, NewQuestionsFollow, Question, QuestionEvent, QuestionFollow
from forum.signals import question_event
from forum.telling import QUESTION
from hub.core.audience import Viewer
from hub.notifications import kinds, queries, reasons
from hub.notifications.actions import notify
from hub.notifications.kinds import Kind, Subject, Words
from hub.notifications.queries import People
from hub.notifications.reasons import Followed, Group, Reason, because

_Kind = QuestionEvent.Kind


def _reply_in_words(reply: Answer | Comment) -> Words:
    return Words(title=reply.question.title, url=reply.get_absolute_url(), extract=reply.body)


def _questions(viewer: Viewer) -> QuerySet[Question]:
    return Question.objects.visible_to(viewer)


ANSWER = Subject("answer", lambda viewer: Answer.objects.visible_to(viewer).select_related("question"), _reply_in_words)
COMMENT = Subject(
    "comment", lambda viewer: Comment.objects.visible_to(viewer).select_related("question", "answer"), _reply_in_words
)

# Told to the author alone. The reason stands on the post's page: a mail has no more than everybody may read.
DECIDED = {
    _Kind.APPROVED: ("approved", "was posted"),
    _Kind.DECLINED: ("declined", "was not posted: read why"),
    _Kind.HIDDEN: ("hidden", "was taken out of sight: read why"),
    _Kind.UNHIDDEN: ("unhidden", "can be read again"),
}

ASKED = Reason("asked", Group.OWN, "you asked it")
ASKED_JOINED = Reason("asked-joined", Group.OWN, "you asked a question that was joined to it")
ANSWERED = Reason("answered", Group.OWN, "you answered it")
COMMENTED = Reason("commented", Group.OWN, "you commented there")
NAMED = Reason("named", Group.OWN, "somebody named you")
NEEDED = Reason("needed", Group.THREADS, "you said that your council needs it too")
FOLLOWS_QUESTION = Reason(
    "question",
    Group.THREADS,
    "you follow the question “{name}”",
    nameless="you follow the question",
    follows=Followed(QuestionFollow, "question", _questions),
)
FOLLOWS_NEW = Reason("new-questions", Group.NEW, "you follow all new questions", follows=Followed(NewQuestionsFollow))


def listen() -> None:
    for reason in (ASKED, ASKED_JOINED, ANSWERED, COMMENTED, NAMED, NEEDED, FOLLOWS_QUESTION, FOLLOWS_NEW):
        reasons.register(reason)
    kinds.register(
        Kind("question-asked", QUESTION, "New question"),
        Kind("answer-posted", ANSWER, "New answer"),
        Kind("comment-posted", COMMENT, "New comment"),
        Kind("answer-accepted", ANSWER, "Answer accepted"),
        Kind("question-names", QUESTION, "A question names you"),
        Kind("answer-names", ANSWER, "An answer names you"),
        Kind("comment-names", COMMENT, "A comment names you"),
        Kind("answer-worked", ANSWER, "The answer worked for a council"),
        *(
            Kind(f"{subject.name}-{name}", subject, f"Your {subject.name} {says}")
            for subject in (QUESTION, ANSWER, COMMENT)
            for name, says in DECIDED.values()
        ),
    )
    question_event.connect(_heard, dispatch_uid="notifications of questions")


def _heard(event: QuestionEvent, **kwargs: Any) -> None:
    post = event.comment or event.answer or event.question
    if event.kind in DECIDED:
        _tell_author(post, event)
    if event.kind in (_Kind.POSTED, _Kind.APPROVED) and post.is_open:
        _tell_of_post(post, event)
    elif event.kind == _Kind.EDITED and post.is_open:
        _tell_of_names(post, event)
    elif event.kind == _Kind.ACCEPTED and event.answer:
        _tell_of_accepted(event.answer, event)
    elif event.kind == _Kind.MARKED and event.answer and event.details.get("mark") == AnswerMark.Kind.WORKED:
        _tell(
            "answer-worked", event.answer, event, _author_of(event.answer, ANSWERED), key=f"worked:{event.public_id}", by=event.by
        )
    elif event.kind == _Kind.MERGED and event.question.duplicate_of is not None:
        _follow_on(event.question, event.question.duplicate_of, event)


def _tell_of_post(post: Question | Answer | Comment, event: QuestionEvent) -> None:
    """Once, however often it is let through again. Who wrote it is not told of it."""
    if isinstance(post, Question):
        kind, people = "question-asked", _waiting_for(post)
    elif isinstance(post, Answer):
        kind, people = "answer-posted", queries.together(_in_thread(post.question), _answering(post.question))
    else:
        on_what = _author_of(post.answer, ANSWERED) if post.answer else {}
        kind, people = "comment-posted", queries.together(_in_thread(post.question), on_what, _commenting(post))
    people = queries.together(people, _all_of(post.mentions.values_list("person_id", flat=True), NAMED))
    _tell(kind, post, event, people, key=f"{kind}:{post.public_id}", by=post.author)


def _tell_author(post: Question | Answer | Comment, event: QuestionEvent) -> None:
    """What came of their own words. Who gave no name hears by the relay."""
    kind = f"{post._meta.model_name}-{DECIDED[_Kind(event.kind)][0]}"
    reason = ASKED if isinstance(post, Question) else ANSWERED if isinstance(post, Answer) else COMMENTED
    _tell(kind, post, event, _author_of(post, reason), key=f"{kind}:{event.public_id}", by=event.by)


def _tell_of_names(post: Question | Answer | Comment, event: QuestionEvent) -> None:
    """Those whom only the change names: once, however often it is taken out and put back."""
    people = _all_of(post.mentions.filter(named_at=event.at).values_list("person_id", flat=True), NAMED)
    _tell(f"{post._meta.model_name}-names", post, event, people, key=f"named:{post.public_id}", by=post.author)


def _tell_of_accepted(answer: Answer, event: QuestionEvent) -> None:
    people = queries.together(_in_thread(answer.question), _author_of(answer, ANSWERED))
    _tell("answer-accepted", answer, event, people, key=f"answer-accepted:{answer.public_id}", by=event.by)


def _tell(kind: str, post: Question | Answer | Comment, event: QuestionEvent, people: People, *, key: str, by: Any) -> None:
    notify(
        event_key=key,
        kind=kind,
        subject=post.public_id,
        people=people,
        thread=because(FOLLOWS_QUESTION.key, event.question.public_id),
        by=by,
        now=event.at,
    )


# --- Who hears ----------------------------------------------------------------------------------


def _waiting_for(question: Question) -> People:
    """Followers of its terms, of its systems, and of every new question."""
    return queries.together(
        queries.followers("term", _public_ids(question.concepts.all())),
        queries.followers("system", _public_ids(question.products.all())),
        queries.followers(FOLLOWS_NEW.key),
    )


def _in_thread(question: Question) -> People:
    """Its asker and those of what was joined to it, who follows it, and for whose council it was said to be needed."""
    needing = question.interests.filter(user__isnull=False).values_list("user_id", flat=True)
    joined = Question.objects.leading_to(question).exclude(pk=question.pk).values_list("author_id", flat=True)
    return queries.together(
        _author_of(question, ASKED),
        _all_of(joined, ASKED_JOINED),
        queries.followers(FOLLOWS_QUESTION.key, [question.public_id]),
        _all_of(needing, NEEDED),
    )


def _answering(question: Question) -> People:
    answers = question.answers.open().filter(author__isnull=False)
    return _all_of(answers.values_list("author_id", flat=True), ANSWERED)


def _commenting(comment: Comment) -> People:
    """On the same question or answer."""
    others = comment.question.comments.open().filter(answer=comment.answer, author__isnull=False)
    return _all_of(others.values_list("author_id", flat=True), COMMENTED)


def _author_of(post: Question | Answer | Comment, reason: Reason) -> People:
    return {post.author_id: {reason.key}} if post.author_id is not None else {}


def _all_of(people: Iterable[int | None], reason: Reason) -> People:
    return {person: {reason.key} for person in people if person is not None}


def _public_ids(things: QuerySet[Any]) -> Collection[str]:
    return list(things.values_list("public_id", flat=True))


def _follow_on(source: Question, target: Question, event: QuestionEvent) -> None:
    """Whoever follows a question that was joined to another follows that one too."""
    QuestionFollow.objects.bulk_create(
        [
            QuestionFollow(user_id=follow.user_id, question=target, followed_at=event.at, cadence=follow.cadence)
            for follow in source.follows.all()
        ],
        ignore_conflicts=True,
    )
