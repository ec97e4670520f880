"""Reading question time: the lists, a thread, what waits for a facilitator, and what may be chosen to narrow a list."""

from forum.queries.claiming import MOST_TO_CLAIM, posts_to_claim
from forum.queries.drafts import (
    draft_of_answer,
    drafts_of,
    drafts_of_questions,
    is_posted,
    question_written_to,
    text_of_draft,
)
from forum.queries.helping import asked_of, help_asked, help_requests_of, to_try_instead, with_helpers_to_ask
from forum.queries.history import Change, history
from forum.queries.lists import (
    LISTS,
    MOST_OF_A_PERSON,
    Listed,
    answered_by,
    asked_by,
    concepts_to_choose_from,
    kept_from_others,
    questions_about,
    questions_listed,
    systems_to_choose_from,
)
from forum.queries.mentions import preview
from forum.queries.reviewing import answers_to_split, awaiting, member_at, roles_that_wait, to_merge_into
from forum.queries.thread import (
    Said,
    ShownAnswer,
    ShownComment,
    Thread,
    address_of,
    thread,
    where_it_leads,
)
from forum.queries.unnamed import WrittenUnnamed, breaks_for_list, written_unnamed

__all__ = [
    "LISTS",
    "MOST_OF_A_PERSON",
    "MOST_TO_CLAIM",
    "Change",
    "Listed",
    "Said",
    "ShownAnswer",
    "ShownComment",
    "Thread",
    "WrittenUnnamed",
    "address_of",
    "answered_by",
    "answers_to_split",
    "asked_by",
    "asked_of",
    "awaiting",
    "breaks_for_list",
    "concepts_to_choose_from",
    "draft_of_answer",
    "drafts_of",
    "drafts_of_questions",
    "help_asked",
    "help_requests_of",
    "history",
    "is_posted",
    "kept_from_others",
    "member_at",
    "posts_to_claim",
    "preview",
    "question_written_to",
    "questions_about",
    "questions_listed",
    "roles_that_wait",
    "systems_to_choose_from",
    "text_of_draft",
    "thread",
    "to_merge_into",
    "to_try_instead",
    "where_it_leads",
    "with_helpers_to_ask",
    "written_unnamed",
]
