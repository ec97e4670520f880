"""Questions, answers and comments, what is said of them, what happened to them, and how far somebody has read."""

from forum.models.answers import Answer, AnswerMark, AnswerMarkQuerySet, AnswerQuerySet, Comment, CommentQuerySet
from forum.models.attachments import Attachment, AttachmentQuerySet
from forum.models.drafts import Draft, DraftQuerySet, text_of
from forum.models.events import (
    ModerationEntry,
    ModerationEntryQuerySet,
    QuestionEvent,
    QuestionEventQuerySet,
    ReshapedPart,
    Reshaping,
    ReshapingQuerySet,
)
from forum.models.following import NewQuestionsFollow, QuestionFollow
from forum.models.helping import HelpRequest, HelpRequestQuerySet
from forum.models.importing import ImportedPost, ImportedPostQuerySet
from forum.models.mentions import Mention, MentionQuerySet
from forum.models.posts import MODERATE, Post, seen_by
from forum.models.questions import (
    TAKEN_SLUGS,
    AskedElsewhere,
    AskedOf,
    Interest,
    Question,
    QuestionConcept,
    QuestionProduct,
    QuestionProject,
    QuestionQuerySet,
)
from forum.models.reading import AllRead, FeedLink, LastRead, PostRevision, PostRevisionQuerySet
from forum.models.seals import BREAK_SEAL, SECOND_BREAKING, Seal, SealBreak, SealBreakQuerySet, SealedNote, SealQuerySet

__all__ = [
    "BREAK_SEAL",
    "MODERATE",
    "SECOND_BREAKING",
    "TAKEN_SLUGS",
    "AllRead",
    "Answer",
    "AnswerMark",
    "AnswerMarkQuerySet",
    "AnswerQuerySet",
    "AskedElsewhere",
    "AskedOf",
    "Attachment",
    "AttachmentQuerySet",
    "Comment",
    "CommentQuerySet",
    "Draft",
    "DraftQuerySet",
    "FeedLink",
    "HelpRequest",
    "HelpRequestQuerySet",
    "ImportedPost",
    "ImportedPostQuerySet",
    "Interest",
    "LastRead",
    "Mention",
    "MentionQuerySet",
    "ModerationEntry",
    "ModerationEntryQuerySet",
    "NewQuestionsFollow",
    "Post",
    "PostRevision",
    "PostRevisionQuerySet",
    "Question",
    "QuestionConcept",
    "QuestionEvent",
    "QuestionEventQuerySet",
    "QuestionFollow",
    "QuestionProduct",
    "QuestionProject",
    "QuestionQuerySet",
    "ReshapedPart",
    "Reshaping",
    "ReshapingQuerySet",
    "Seal",
    "SealBreak",
    "SealBreakQuerySet",
    "SealQuerySet",
    "SealedNote",
    "seen_by",
    "text_of",
]
