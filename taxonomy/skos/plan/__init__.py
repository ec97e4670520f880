"""What taking a Vocabulary in would do to the hub: worked out, and told, before anything is written.

Terms are matched by URI, in a sheet or text without URIs by preferred name within the scheme. A term of the file gains what
the file says of it; with `replaces` it also loses what the file no longer says, of the kinds of statement that the file uses
at all. No term is ever deleted, and one that the file does not name stays as it is.
"""

from __future__ import annotations

import datetime as dt

from taxonomy.skos.plan.content import tell_of_content
from taxonomy.skos.plan.groups import compare_groups
from taxonomy.skos.plan.links import compare_links, compare_mappings
from taxonomy.skos.plan.matching import match, name_the_nameless, tell_of_shared_names
from taxonomy.skos.plan.outcome import Plan, Wanted, state_of_terms
from taxonomy.skos.plan.planning import Planning
from taxonomy.skos.plan.settling import settle
from taxonomy.skos.plan.texts import compare_texts
from taxonomy.skos.vocabulary import Vocabulary

__all__ = ["Plan", "Wanted", "make_plan", "state_of_terms"]

MOST_TERMS = 50_000


def make_plan(vocabulary: Vocabulary, wanted: Wanted, now: dt.datetime) -> Plan:
    """Reads the hub and writes nothing. What is wrong is added to the vocabulary's problems."""
    planning = Planning(vocabulary, wanted, now)
    problems, terms = vocabulary.problems, vocabulary.entries
    if len(terms) > MOST_TERMS:
        problems.stop(f"The file has {len(terms):,} terms. {MOST_TERMS:,} are the most; bring it in in parts.")
    if problems.stop_it:
        return planning.plan
    planning.know_the_hub()
    name_the_nameless(planning)
    for entry in terms.values():
        settle(entry, problems)
    match(planning)
    tell_of_shared_names(planning)
    planning.hear()
    compare_texts(planning)
    compare_mappings(planning)
    compare_links(planning)
    compare_groups(planning)
    tell_of_content(planning)
    return planning.plan
