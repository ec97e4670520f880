from __future__ import annotations

import pytest

from taxonomy import actions, personal_data
from taxonomy.models import ConceptChange, Mapping, Proposal
from tests.conftest import NOW
from tests.factories.taxonomy import ConceptFactory, ProposalFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(member):
    """Somebody who has left a trace in every way there is."""
    kiosk = ConceptFactory(label="Kiosk")
    other = ProposalFactory(label="Booth")
    ProposalFactory(proposer=member, label="Point", source="/question-time/ask/")
    actions.support(proposal=other, by=member, now=NOW)
    actions.comment(proposal=other, body="Yes, do.", by=member, now=NOW)
    actions.map_to(concept=kiosk, target_uri="https://example.org/1", kind="exact", by=member, now=NOW)
    actions.accept(proposal=other, reason="Many ask.", by=member, now=NOW)
    return member


def test_everything_about_a_person_is_exported(busy):
    data = personal_data.export(busy)

    assert data["terms_proposed"][0]["made_from"] == "/question-time/ask/"
    assert data["comments_on_proposals"][0]["text"] == "Yes, do."
    assert data["proposals_decided"][0]["reason"] == "Many ask."
    assert len(data["proposals_backed"]) == len(data["terms_mapped"]) == 1
    assert len(data["terms_changed"]) == 2


def test_a_person_is_forgotten_and_what_was_said_stays(busy):
    personal_data.erase(busy)

    assert personal_data.export(busy) == {}
    assert Proposal.objects.count() == 2
    assert Proposal.objects.get(label="Booth").decision_reason == "Many ask."
    assert not Proposal.objects.exclude(source="").exists()


def test_no_journal_holds_a_persons_key(busy):
    assert Mapping.objects.get().author == busy
    rows = [row for change in ConceptChange.objects.all() for row in change.rows if row["model"] == "taxonomy.mapping"]
    assert rows
    assert all("author" not in row["after"] for row in rows)
