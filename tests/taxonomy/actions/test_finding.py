from __future__ import annotations

import pytest

from taxonomy import actions
from taxonomy.models import Follow
from tests.conftest import NOW
from tests.factories.taxonomy import ConceptFactory

pytestmark = pytest.mark.django_db


def followed(user) -> set[str]:
    return set(Follow.objects.filter(user=user).values_list("concept__label", flat=True))


def merged(concept, into, editor):
    return actions.merge(concepts=[concept], into=into, by=editor, now=NOW)


def test_followers_of_a_merged_term_follow_what_it_went_into_until_that_is_undone(member, editor):
    old, new = ConceptFactory(label="Old"), ConceptFactory(label="New")
    actions.follow(concept=old, by=member, now=NOW)

    change = merged(old, new, editor)
    assert followed(member) == {"Old", "New"}

    actions.undo(change=change, by=editor, now=NOW)
    assert followed(member) == {"Old"}


def test_followers_of_a_split_term_follow_its_parts_until_that_is_undone(member, editor):
    old = ConceptFactory(label="Old")
    actions.follow(concept=old, by=member, now=NOW)

    change = actions.split(concept=old, parts=[actions.Part("One"), actions.Part("Two")], by=editor, now=NOW)
    assert followed(member) == {"Old", "One", "Two"}

    actions.undo(change=change, by=editor, now=NOW)
    assert followed(member) == {"Old"}


def test_a_term_that_is_kept_in_a_split_keeps_its_followers(member, editor):
    old = ConceptFactory(label="Old")
    actions.follow(concept=old, by=member, now=NOW)

    actions.split(concept=old, parts=[actions.Part("One")], keep=True, by=editor, now=NOW)

    assert followed(member) == {"Old"}


def test_what_somebody_followed_for_its_own_sake_is_not_taken_back(member, stranger, editor):
    old, new = ConceptFactory(label="Old"), ConceptFactory(label="New")
    for user in (member, stranger):
        actions.follow(concept=old, by=user, now=NOW)
    actions.follow(concept=new, by=member, now=NOW)  # before

    change = merged(old, new, editor)
    actions.follow(concept=new, by=stranger, now=NOW)  # since
    actions.undo(change=change, by=editor, now=NOW)

    assert followed(member) == followed(stranger) == {"Old", "New"}


def test_what_was_handed_on_twice_goes_back_all_the_way(member, editor):
    first, second, third = (ConceptFactory(label=label) for label in ("First", "Second", "Third"))
    actions.follow(concept=first, by=member, now=NOW)
    changes = [merged(first, second, editor), merged(second, third, editor)]
    assert followed(member) == {"First", "Second", "Third"}

    for change in reversed(changes):
        actions.undo(change=change, by=editor, now=NOW)

    assert followed(member) == {"First"}


def test_who_left_what_was_handed_on_is_not_brought_back(member, editor):
    old, new = ConceptFactory(label="Old"), ConceptFactory(label="New")
    actions.follow(concept=old, by=member, now=NOW)
    merged(old, new, editor)

    actions.unfollow(concept=new, by=member)
    actions.rename(concept=new, label="Newer", by=editor, now=NOW)

    assert followed(member) == {"Old"}
