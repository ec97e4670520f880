from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxonomy.labels import DIGITS, RESERVED_SLUGS, letter_of, slug_for, sort_key

ANYTHING = st.text(max_size=150)
PLAIN = st.text(alphabet=string.ascii_letters + string.digits + " -", max_size=60)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("E-forms", "e forms"),
        ("The “Contact hub”", "contact hub"),
        ("“The Contact hub”", "contact hub"),
        ("A one-stop shop", "one stop shop"),
        ("A-Z of services", "a z of services"),
        ("Aide-mémoire", "aide memoire"),
        ("Members' enquiries", "members enquiries"),
        ("Revenues/benefits", "revenues benefits"),
        ("The", "the"),
        ("101", "101"),
    ],
)
def test_labels_stand_without_accents_case_punctuation_or_a_leading_article(text, key):
    assert sort_key(text) == key


@given(ANYTHING)
def test_a_sort_key_is_plain_words_that_fit_its_column(text):
    key = sort_key(text)

    assert re.fullmatch(r"([a-z0-9]+( [a-z0-9]+)*)?", key)
    assert len(key) <= 200


@given(PLAIN)
def test_capitals_and_one_article_make_no_difference(text):
    assert sort_key(text.upper()) == sort_key(text.lower()) == sort_key(text)
    if not re.match(r"[^a-z0-9]*(the|an|a)\b", text.lower()) and sort_key(text):
        assert sort_key(f"The {text}") == sort_key(text)


@given(ANYTHING)
def test_every_label_has_one_letter_and_it_is_where_its_sort_key_begins(text):
    letter = letter_of(text)

    assert letter in {*string.ascii_lowercase, DIGITS}
    assert letter == DIGITS or sort_key(text).startswith(letter)


@given(st.lists(st.sampled_from(["R", "Tree", "Proposals", "0-9", "E-forms", "E forms", "?", ""]), max_size=12))
def test_slugs_are_free_and_never_an_address_of_the_a_z_itself(labels):
    taken: set[str] = set()
    for label in labels:
        slug = slug_for(label, taken)

        assert slug not in taken | RESERVED_SLUGS
        assert re.fullmatch(r"[-a-z0-9]+", slug)
        taken.add(slug)
