from __future__ import annotations

import pytest

from tests.factories.forum import AnswerFactory, QuestionFactory


@pytest.fixture
def question(member, council):
    """Asked in public by the member."""
    return QuestionFactory(title="Who mends the street light?", author=member, council=council)


@pytest.fixture
def answer(question, stranger):
    """The stranger's, to the member's question."""
    return AnswerFactory(question=question, author=stranger, council=stranger.memberships.get().organisation)
