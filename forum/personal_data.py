"""What somebody asked, answered and needed. What was written stays, under “A former member” and the council."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.files.storage import Storage
from django.db.models import Exists, OuterRef, Prefetch, Q

from forum.actions.importing import forget_imported_author
from forum.models import (
    AllRead,
    Answer,
    AnswerMark,
    AskedElsewhere,
    Attachment,
    AttachmentQuerySet,
    Comment,
    Draft,
    FeedLink,
    HelpRequest,
    Interest,
    LastRead,
    Mention,
    ModerationEntry,
    NewQuestionsFollow,
    PostRevision,
    Question,
    QuestionEvent,
    QuestionFollow,
    Reshaping,
    Seal,
    SealBreak,
    SealedNote,
)
from forum.queries.claiming import posts_to_claim
from hub.accounts.models import User
from hub.core.personal_data import numbers
from hub.members.belonging import confirmed_addresses

_POST = {
    "id": "not",
    "public_id": "not",
    "submission": "not",
    "council": "not",
    "status": "not",
    "is_sealed": "not",
    **dict.fromkeys(["body", "body_html", "author", "author_job", "author_before", "edited_at"], "personal"),
}

FIELDS = {
    "forum.Question": {
        **_POST,
        **dict.fromkeys(["title", "asked_at"], "personal"),
        **dict.fromkeys(
            ["audience", "status_apart", "last_activity_at", "closed_at", "duplicate_of", "split_from", "helpers_sought_at"], "not"
        ),
        **dict.fromkeys(["other_councils", "councils_waiting"], "not"),
    },
    "forum.Answer": {**_POST, "question": "not", "asker_of": "not", "answered_at": "personal"},
    "forum.Comment": {**_POST, **dict.fromkeys(["question", "answer", "asker_of"], "not"), "commented_at": "personal"},
    "forum.AnswerMark": {
        **dict.fromkeys(["id", "kind", "answer", "question", "council", "product"], "not"),
        **dict.fromkeys(["marked_by", "marked_at"], "personal"),
    },
    "forum.Interest": {**dict.fromkeys(["id", "question", "council"], "not"), **dict.fromkeys(["user", "needed_at"], "personal")},
    "forum.QuestionFollow": {"id": "not", **dict.fromkeys(["user", "question", "followed_at", "cadence"], "personal")},
    "forum.NewQuestionsFollow": {"id": "not", **dict.fromkeys(["user", "followed_at", "cadence"], "personal")},
    "forum.QuestionConcept": dict.fromkeys(["id", "question", "concept"], "not"),
    "forum.QuestionProduct": dict.fromkeys(["id", "question", "product"], "not"),
    "forum.QuestionProject": dict.fromkeys(["id", "question", "project"], "not"),
    "forum.AskedOf": dict.fromkeys(["id", "question", "tier"], "not"),
    "forum.AskedElsewhere": {
        **dict.fromkeys(["id", "question", "way"], "not"),
        **dict.fromkeys(["name", "email", "entered_by", "entered_at"], "personal"),
    },
    "forum.ModerationEntry": {
        **dict.fromkeys(["id", "question", "answer", "comment", "decision"], "not"),
        **dict.fromkeys(["reason", "decided_by", "decided_at"], "personal"),
    },
    "forum.QuestionEvent": {
        # Details are public ids and words of ours.
        **dict.fromkeys(["id", "public_id", "kind", "question", "answer", "comment", "details"], "not"),
        **dict.fromkeys(["at", "by"], "personal"),
    },
    "forum.Reshaping": {
        **dict.fromkeys(["id", "public_id", "kind", "source", "target"], "not"),
        **dict.fromkeys(["done_by", "done_at", "undone_by", "undone_at"], "personal"),
    },
    "forum.ReshapedPart": dict.fromkeys(["id", "reshaping", "answer", "comment", "interest", "made_here"], "not"),
    "forum.PostRevision": {
        **dict.fromkeys(["id", "public_id", "question", "answer", "comment"], "not"),
        **dict.fromkeys(["title", "body", "written_at", "replaced_at", "hidden_at", "hidden_by"], "personal"),
    },
    "forum.HelpRequest": {
        **dict.fromkeys(["id", "public_id", "question", "reasons", "position", "proposed_at", "expires_at"], "not"),
        **dict.fromkeys(["person", "state", "sent_at", "sent_by", "settled_at"], "personal"),
    },
    "forum.Seal": {
        **dict.fromkeys(["id", "question", "answer", "comment", "news_at", "told_at"], "not"),
        **dict.fromkeys(["ciphertext", "mac"], "sealed"),
    },
    "forum.SealedNote": {
        **dict.fromkeys(["id", "public_id"], "not"),
        "seal": "sealed",
        **dict.fromkeys(["body", "written_by", "written_at"], "personal"),
    },
    "forum.SealBreak": {
        **dict.fromkeys(["id", "public_id", "post_id", "kind", "tells_author"], "not"),
        **dict.fromkeys(["reason", "asked_by", "asked_at", "second", "seconded_at", "broken_at"], "personal"),
    },
    # Who is meant by a name in somebody's words; the words stay theirs.
    "forum.Mention": {
        **dict.fromkeys(["id", "public_id", "question", "answer", "comment"], "not"),
        **dict.fromkeys(["person", "named_at"], "personal"),
    },
    "forum.ImportedPost": {
        **dict.fromkeys(["id", "public_id", "source", "key", "question", "answer", "comment", "fingerprint", "imported_at"], "not"),
        **dict.fromkeys(["address_hash", "claimed_at"], "personal"),
    },
    "forum.LastRead": {**dict.fromkeys(["id", "question"], "not"), **dict.fromkeys(["user", "read_at"], "personal")},
    "forum.AllRead": {"id": "not", **dict.fromkeys(["user", "read_at"], "personal")},
    "forum.Attachment": {
        **dict.fromkeys(["id", "public_id", "question", "answer", "size", "added_at"], "not"),
        **dict.fromkeys(["file", "name", "label"], "personal"),
    },
    "forum.Draft": {
        **dict.fromkeys(["id", "form", "post_id", "question"], "not"),
        **dict.fromkeys(["public_id", "author", "typed", "saved_at"], "personal"),
    },
    "forum.FeedLink": {"id": "not", **dict.fromkeys(["user", "nonce", "made_at"], "personal")},
}


def export(user: User) -> dict[str, Any]:
    """Hidden and withdrawn posts too: they are still the author's. Others' questions by name only where they can still be read."""
    entries = Prefetch("moderation_entries", ModerationEntry.objects.in_order())
    revisions = Prefetch("revisions", PostRevision.objects.in_order())
    may_read = Exists(Question.objects.visible_to(user).filter(pk=OuterRef("question")))
    questions = Question.objects.filter(author=user).select_related("council").order_by("asked_at", "public_id")
    answers = Answer.objects.filter(author=user).select_related("council", "question").order_by("answered_at", "public_id")
    comments = Comment.objects.filter(author=user).select_related("council", "question").in_order()
    interests = Interest.objects.filter(user=user).select_related("council", "question").order_by("needed_at")
    marks = AnswerMark.objects.filter(marked_by=user).select_related("question", "council").order_by("marked_at")
    decisions = ModerationEntry.objects.filter(decided_by=user).select_related("question").in_order()
    events = QuestionEvent.objects.filter(by=user).select_related("question").in_order()
    asked_elsewhere = AskedElsewhere.objects.filter(email__iexact=user.email).exclude(email="").select_related("question")
    entered = AskedElsewhere.objects.filter(entered_by=user).select_related("question").order_by("entered_at")
    read = LastRead.objects.filter(user=user).select_related("question").order_by("read_at")
    drafts = Draft.objects.filter(author=user).with_questions(user).newest_first()
    data = {
        "files_attached": [f"{file.name}: {file.label}" for file in _attached_by(user)],
        "drafts": [{"what": d.heading, "typed": d.typed, "saved_at": d.saved_at.isoformat()} for d in drafts],
        "questions": [
            {"title": q.title, "asked_at": q.asked_at.isoformat(), "read_by": q.get_audience_display(), **_post(q)}
            for q in questions.prefetch_related(entries, revisions)
        ],
        "answers": [
            {"question": _title(a), "answered_at": a.answered_at.isoformat(), **_post(a)}
            for a in answers.annotate(may_read=may_read).prefetch_related(entries, revisions)
        ],
        "comments": [
            {"question": _title(c), "commented_at": c.commented_at.isoformat(), **_post(c)}
            for c in comments.annotate(may_read=may_read).prefetch_related(entries, revisions)
        ],
        "posts_from_before_the_hub": [
            {"kind": row.kind_in_words, "question": row.heading, "text": row.post.body, "at": row.posted_at.isoformat()}
            for row in posts_to_claim(user)
        ],
        "needed_too": [
            {"question": _title(i), "council": str(i.council), "at": i.needed_at.isoformat()}
            for i in interests.annotate(may_read=may_read)
        ],
        "answers_marked": [
            {
                "question": _title(m),
                "mark": m.get_kind_display(),
                "council": str(m.council) if m.council else None,
                "at": m.marked_at.isoformat(),
            }
            for m in marks.annotate(may_read=may_read)
        ],
        "decisions_as_facilitator": [
            {"question": _title(d), "decision": d.get_decision_display(), "reason": d.reason, "at": d.decided_at.isoformat()}
            for d in decisions.annotate(may_read=may_read)
        ],
        "asked_by_mail_or_telephone": [
            {"question": e.question.title, "name": e.name, "email": e.email, "at": e.entered_at.isoformat()}
            for e in asked_elsewhere.order_by("entered_at")
        ],
        "typed_in_for_others": [
            {"question": _title(e), "at": e.entered_at.isoformat()} for e in entered.annotate(may_read=may_read)
        ],
        "what_you_did": [
            {"question": _title(e), "what": e.get_kind_display(), "at": e.at.isoformat()}
            for e in events.annotate(may_read=may_read)
        ],
        "asked_to_help": [
            {"question": _title(h), "because": h.reasons_in_words, "at": h.sent_at.isoformat(), "state": h.get_state_display()}
            for h in HelpRequest.objects.filter(person=user).sent().select_related("question").annotate(may_read=may_read)
            if h.sent_at
        ],
        "written_without_your_name": [_unnamed(seal) for seal in Seal.objects.by(user).with_posts()],
        "notes_to_authors_without_a_name": [
            {"text": note.body, "at": note.written_at.isoformat()} for note in SealedNote.objects.filter(written_by=user)
        ],
        "seals_asked_to_be_broken": [
            {"reason": asked.reason, "at": asked.asked_at.isoformat()} for asked in SealBreak.objects.filter(asked_by=user)
        ],
        "seals_you_agreed_to_break": [
            {"reason": asked.reason, "at": asked.seconded_at.isoformat()}
            for asked in SealBreak.objects.filter(second=user)
            if asked.seconded_at
        ],
        "where_you_are_named": _named(user),
        "read": [{"question": _title(r), "up_to": r.read_at.isoformat()} for r in read.annotate(may_read=may_read)],
        "questions_followed": [
            {"question": _title(f), "since": f.followed_at.isoformat()}
            for f in QuestionFollow.objects.filter(user=user)
            .select_related("question")
            .annotate(may_read=may_read)
            .order_by("followed_at")
        ],
        "all_new_questions_followed": [f.followed_at.isoformat() for f in NewQuestionsFollow.objects.filter(user=user)],
        "all_read": [mark.read_at.isoformat() for mark in AllRead.objects.filter(user=user)],
        "feed_link_made": [link.made_at.isoformat() for link in FeedLink.objects.filter(user=user)],
    }
    return {kind: rows for kind, rows in data.items() if rows}


def holdings(user: User) -> Iterator[tuple[str, str, bool]]:
    attached, questions, answers, comments, needs = numbers(
        _attached_by(user),
        *(model.objects.filter(author=user) for model in (Question, Answer, Comment)),
        Interest.objects.filter(user=user),
    )
    if attached:
        yield f"{_counted(attached, 'file')} that you attached", "Gone with the account.", False
    stays = "with your council beside “A former member”."
    if questions:
        yield f"{_counted(questions, 'question')} that you asked", f"{_it(questions)}, {stays}", True
    if answers:
        yield f"{_counted(answers, 'answer')} that you gave", f"{_it(answers)}, {stays}", True
    if comments:
        yield f"{_counted(comments, 'comment')} that you made", f"{_it(comments)}, {stays}", True
    if unnamed := len(Seal.objects.keys_by(user)):
        yield (
            f"{_counted(unnamed, 'post')} that you wrote without your name",
            f"{_it(unnamed)}, and nothing is left that could tell whose.",
            True,
        )
    if before := len(posts_to_claim(user)):
        yield (
            f"{_counted(before, 'post')} from before the hub under an address of yours",
            f"{_it(before)}, without your name, and can be claimed no longer.",
            True,
        )
    if needs:
        yield (
            f"{_counted(needs, 'question')} that you said your council needs too",
            "The council goes on waiting, without your name.",
            True,
        )


def files(user: User) -> Iterator[tuple[str, Storage, str]]:
    """What they attached, for the archive of an export."""
    for attachment in _attached_by(user):
        yield f"attachments/{attachment.public_id}-{attachment.name}", attachment.file.storage, str(attachment.file.name)


def _attached_by(user: User) -> AttachmentQuerySet:
    return Attachment.objects.filter(Q(question__author=user) | Q(answer__author=user))


def erase(user: User) -> None:
    """Files go: nobody can tell whose name stands in them. The council goes on waiting for what it needed, and stands by what it said of an answer."""
    for attachment in _attached_by(user):
        attachment.delete()
    for model in (Question, Answer, Comment):
        model.objects.filter(author=user).update(author=None, author_job="")
    Seal.objects.by(user).delete()
    SealedNote.objects.filter(written_by=user).update(written_by=None)
    SealBreak.objects.filter(asked_by=user).update(asked_by=None)
    SealBreak.objects.filter(second=user).update(second=None)
    forget_imported_author(addresses=[user.email, *confirmed_addresses(user)])
    if user.email:
        AskedElsewhere.objects.filter(email__iexact=user.email).update(name="", email="")
        # What a facilitator typed in for them and has not posted.
        Draft.objects.filter(form=Draft.Form.ASK_FOR, typed__email__icontains=user.email).delete()
    AskedElsewhere.objects.filter(entered_by=user).update(entered_by=None)
    Interest.objects.filter(user=user).update(user=None)
    AnswerMark.objects.filter(marked_by=user).update(marked_by=None)
    ModerationEntry.objects.filter(decided_by=user).update(decided_by=None)
    QuestionEvent.objects.forget(user)
    Reshaping.objects.filter(done_by=user).update(done_by=None)
    Reshaping.objects.filter(undone_by=user).update(undone_by=None)
    PostRevision.objects.filter(hidden_by=user).update(hidden_by=None)
    HelpRequest.objects.filter(sent_by=user).update(sent_by=None)
    HelpRequest.objects.filter(person=user).delete()
    for kept in (LastRead, AllRead, FeedLink, QuestionFollow, NewQuestionsFollow):
        kept.objects.filter(user=user).delete()
    Draft.objects.filter(author=user).delete()
    Mention.objects.filter(person=user).delete()


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _it(number: int) -> str:
    return "It stays" if number == 1 else "They stay"


def _title(
    row: Answer
    | Comment
    | Interest
    | AnswerMark
    | ModerationEntry
    | QuestionEvent
    | QuestionFollow
    | LastRead
    | AskedElsewhere
    | HelpRequest,
) -> str:
    """Needs `question`, and `may_read` annotated."""
    return row.question.title if row.may_read else "A question that you can no longer read"  # type: ignore[union-attr]  # annotated


def _named(user: User) -> list[dict[str, Any]]:
    """In posts that they can still read."""
    posts = {model: model.objects.visible_to(user).values("pk") for model in (Question, Answer, Comment)}
    seen = Q(question__in=posts[Question]) | Q(answer__in=posts[Answer]) | Q(comment__in=posts[Comment])
    rows = Mention.objects.filter(seen, person=user).select_related("question", "answer__question", "comment__question")
    return [
        {"question": str(getattr(row.post, "question", row.post)), "at": row.named_at.isoformat()}
        for row in rows.order_by("named_at", "public_id")
    ]


def _unnamed(seal: Seal) -> dict[str, Any]:
    post: Question | Answer | Comment = seal.post
    title = {"title": post.title} if isinstance(post, Question) else {}
    notes = [{"text": note.body, "at": note.written_at.isoformat()} for note in seal.notes.all()]
    return {
        **title,
        "id": post.public_id,
        "text": post.body,
        "status": post.get_status_display(),
        "notes_from_facilitators": notes,
    }


def _post(post: Question | Answer | Comment) -> dict[str, Any]:
    refused = post.last_decision if post.status in (post.Status.HIDDEN, post.Status.DECLINED) else None
    return {
        "id": post.public_id,
        "text": post.body,
        "job": post.author_job,
        "council": str(post.council) if post.council else None,
        "status": post.get_status_display(),
        "hidden_because": refused.reason if refused else None,
        "edited_at": post.edited_at.isoformat() if post.edited_at else None,
        "earlier": [{"title": r.title, "text": r.body, "until": r.replaced_at.isoformat()} for r in post.revisions.all()],
    }
