from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail

from stepshare.models import ProductConcept
from taxonomy import actions
from taxonomy.actions.proposals import working_days_after
from taxonomy.models import Concept, Mapping, Proposal, ProposalSupport
from tests.conftest import NOW
from tests.factories.stepshare import ProductFactory
from tests.factories.taxonomy import ConceptFactory, ConceptSchemeFactory, ProposalFactory

pytestmark = pytest.mark.django_db

Kind = Proposal.Kind


@pytest.fixture
def who(editor):
    return {"by": editor, "now": NOW}


@pytest.fixture
def kiosk() -> Concept:
    return ConceptFactory(label="Kiosk")


def proposed(by, kind=Kind.NEW, concepts=(), **wish) -> Proposal:
    return actions.propose(kind=kind, wish=actions.Wish(**wish), reason="People ask for it.", concepts=concepts, by=by, now=NOW)


# --- Proposing ----------------------------------------------------------------------------------


def test_a_proposed_word_is_a_candidate_that_nobody_meets_yet(member, client):
    ConceptSchemeFactory()

    proposal = proposed(member, label="Chatbot", definition="Answers by itself.")

    candidate = proposal.concepts.get()
    assert (candidate.status, candidate.label, candidate.definition) == ("candidate", "Chatbot", "Answers by itself.")
    assert (proposal.state, proposal.proposer) == ("open", member)
    assert client.get(f"/a-z/{candidate.slug}/").status_code == 404


def test_a_decision_is_due_after_ten_working_days(member, kiosk, settings):
    assert proposed(member, Kind.RENAME, [kiosk], label="Booth").due_at == NOW + dt.timedelta(days=14)
    settings.TERM_PROPOSAL_WORKING_DAYS = 3
    assert proposed(member, Kind.RENAME, [kiosk], label="Booth").due_at == NOW + dt.timedelta(days=3)


@pytest.mark.parametrize(("days", "due"), [(0, 5), (1, 6), (3, 8), (4, 11), (5, 12), (9, 18)])
def test_weekends_do_not_count(days, due):
    assert working_days_after(NOW, days) == NOW.replace(day=due)  # NOW is a Tuesday


def test_a_word_that_is_a_name_already_is_refused_with_the_term_that_has_it(member):
    ConceptFactory(label="Kiosk", also=["Booth"])

    with pytest.raises(actions.Refused, match="“booth” is already a name of “Kiosk”"):
        proposed(member, label="booth")
    assert not Proposal.objects.exists()


def test_a_word_proposed_twice_leads_to_the_first_proposal(member, stranger):
    ConceptSchemeFactory()
    first = proposed(member, label="Chatbot")

    with pytest.raises(actions.ProposedAlready) as refusal:
        proposed(stranger, label="chatbot ")
    assert refusal.value.proposal == first


def test_a_word_typed_as_a_tag_is_proposed_or_backed(member, stranger):
    ConceptSchemeFactory()

    one = actions.propose_word(word="Chatbot", by=member, now=NOW, source="/question-time/ask/")
    again = actions.propose_word(word="chatbot", by=stranger, now=NOW)
    own = actions.propose_word(word="Chatbot", by=member, now=NOW)

    assert one == again == own
    proposal = Proposal.objects.get()
    assert proposal.source == "/question-time/ask/"
    assert list(proposal.supports.values_list("user", flat=True)) == [stranger.pk]


@pytest.mark.parametrize("source", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_only_pages_of_the_hub_are_kept_as_source(member, kiosk, source):
    wish = actions.Wish(label="Booth")

    proposal = actions.propose(kind=Kind.RENAME, wish=wish, reason="So.", concepts=[kiosk], source=source, by=member, now=NOW)

    assert proposal.source == ""


@pytest.mark.parametrize("kind", [Kind.RENAME, Kind.MERGE, Kind.SPLIT, Kind.DEFINE, Kind.MAP])
def test_a_proposal_says_what_is_proposed(member, kiosk, kind):
    with pytest.raises(actions.Refused, match="Say what is proposed"):
        proposed(member, kind, [kiosk])


def test_a_proposal_is_about_terms_in_use(member):
    with pytest.raises(actions.Refused, match="which term"):
        proposed(member, Kind.RETIRE)
    with pytest.raises(actions.Refused, match="one term at a time"):
        proposed(member, Kind.RETIRE, [ConceptFactory(), ConceptFactory()])
    with pytest.raises(actions.Refused, match="not in use"):
        proposed(member, Kind.RETIRE, [ConceptFactory(status="deprecated")])


# --- Who reads it -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("persona", "sees"),
    [("visitor", 0), ("pending", 0), ("supplier_person", 0), ("member", 1), ("lead", 1), ("editor", 1), ("facilitator", 1)],
)
def test_members_read_proposals(request, persona, sees):
    ProposalFactory()

    assert Proposal.objects.visible_to(request.getfixturevalue(persona)).count() == sees


def test_a_supplier_reads_its_own_and_what_is_taken_back_is_its_proposers(supplier_person, member, editor):
    own = ProposalFactory(proposer=supplier_person, state="withdrawn")

    assert list(Proposal.objects.visible_to(supplier_person)) == [own]
    assert not Proposal.objects.visible_to(member).exists()
    assert Proposal.objects.visible_to(editor).exists()


def test_a_list_of_proposals_costs_the_same_however_long_it_gets(member, assert_constant_queries):
    ProposalFactory()

    def fetch():
        for proposal in Proposal.objects.visible_to(member).for_list():
            assert [*proposal.concepts.all(), str(proposal.proposer), proposal.support_count, proposal.comment_count]

    assert_constant_queries(fetch, grow=lambda: ProposalFactory.create_batch(3), most=2)


# --- Backing and discussing ---------------------------------------------------------------------


def test_backing_counts_once_and_can_be_taken_back(member):
    proposal = ProposalFactory()

    for _ in range(2):
        actions.support(proposal=proposal, by=member, now=NOW)
    assert ProposalSupport.objects.count() == 1
    actions.unsupport(proposal=proposal, by=member, now=NOW)
    assert not ProposalSupport.objects.exists()


def test_a_question_waits_for_the_proposer_who_is_told(member, stranger, who):
    proposal = ProposalFactory(proposer=member, label="Chatbot")

    actions.ask_for_work(proposal=proposal, body="Which kind?", **who)
    proposal.refresh_from_db()
    assert proposal.state == "needs-work"
    (message,) = mail.outbox
    assert (message.to, message.subject) == ([member.email], "A question about your proposal: Chatbot")
    assert message.extra_headers == {"X-Hub-Lane": "notice"}
    assert "Which kind?" in message.body

    actions.comment(proposal=proposal, body="I wonder too.", by=stranger, now=NOW)
    proposal.refresh_from_db()
    assert proposal.state == "needs-work"
    actions.comment(proposal=proposal, body="The *written* kind.", by=member, now=NOW)
    proposal.refresh_from_db()
    assert proposal.state == "open"
    assert "<em>written</em>" in proposal.comments.get(author=member).body_html


# --- Deciding -----------------------------------------------------------------------------------


def test_an_accepted_word_becomes_a_term_that_shows_on_what_carries_it(member, who, client):
    ConceptSchemeFactory()
    proposal = proposed(member, label="Chatbot")
    product = ProductFactory(concepts=proposal.concepts.all())

    change = actions.accept(proposal=proposal, reason="Many ask.", **who)

    proposal.refresh_from_db()
    assert (proposal.state, proposal.decision_reason, proposal.change) == ("accepted", "Many ask.", change)
    assert client.get("/a-z/chatbot/").status_code == 200
    assert product.concept_tags.get().concept.status == "published"
    (message,) = mail.outbox
    assert message.subject == "What became of your proposal: Chatbot"
    assert "Many ask." in message.body
    assert f"http://testserver/a-z/proposals/{proposal.public_id}/" in message.body


def test_an_editor_may_make_the_word_another_name_of_a_term(member, who, kiosk):
    proposal = proposed(member, label="Touch screen")
    product = ProductFactory(concepts=proposal.concepts.all())

    actions.accept(proposal=proposal, reason="We have it.", wish=actions.Wish(target=kiosk), **who)

    assert product.concept_tags.get().concept == kiosk
    assert kiosk.labels.filter(text="Touch screen", kind="alternative").exists()


def test_an_editor_may_change_the_word_first(member, who):
    top = ConceptFactory(label="Top")
    proposal = proposed(member, label="chat bots")

    actions.accept(proposal=proposal, reason="One of them.", wish=actions.Wish(label="Chatbot", broader=[top]), **who)

    term = proposal.concepts.get()
    assert (term.label, term.slug, term.relations.get().target) == ("Chatbot", "chatbot", top)


def test_a_declined_word_leaves_neither_row_nor_tag(member, who):
    ConceptSchemeFactory()
    proposal = proposed(member, label="Chatbot")
    ProductFactory(concepts=proposal.concepts.all())

    actions.decline(proposal=proposal, reason="Too new.", **who)

    proposal.refresh_from_db()
    assert (proposal.state, proposal.label) == ("declined", "Chatbot")
    assert not Concept.objects.exists()
    assert not ProductConcept.objects.exists()
    assert "Too new." in mail.outbox[0].body


def test_each_kind_is_done_as_it_was_proposed(member, who, kiosk):
    portal, top = ConceptFactory(label="Portal"), ConceptFactory(label="Top")
    mapping = {"target_uri": "https://example.org/1", "kind": "exact", "target_label": "Kiosks"}
    wishes = [
        (Kind.DEFINE, {"definition": "A screen."}),
        (Kind.MOVE, {"broader": [top]}),
        (Kind.MAP, {"mapping": mapping}),
        (Kind.RENAME, {"label": "Booth"}),
        (Kind.SPLIT, {"parts": [actions.Part("Screen")], "keep": True}),
        (Kind.MERGE, {"target": portal}),
    ]
    for kind, wish in wishes:
        actions.accept(proposal=proposed(member, kind, [kiosk], **wish), reason="Yes.", **who)
    actions.accept(proposal=proposed(member, Kind.RETIRE, [portal], target=top), reason="Yes.", **who)

    kiosk.refresh_from_db()
    assert (kiosk.label, kiosk.definition, kiosk.status) == ("Booth", "A screen.", "deprecated")
    assert Mapping.objects.get().kind == "exact"
    assert set(Concept.objects.filter(status="published").values_list("label", flat=True)) == {"Top", "Screen"}
    assert Proposal.objects.exclude(change=None).count() == 7


def test_what_cannot_be_done_is_not_accepted(member, who, kiosk):
    proposal = proposed(member, Kind.RENAME, [kiosk], label="Booth")
    ConceptFactory(label="Booth")

    with pytest.raises(actions.Refused):
        actions.accept(proposal=proposal, reason="Yes.", **who)
    proposal.refresh_from_db()
    assert proposal.is_open
    assert mail.outbox == []


def test_a_decision_says_why(member, who, kiosk):
    proposal = proposed(member, Kind.RENAME, [kiosk], label="Booth")

    for decide in (actions.accept, actions.decline):
        with pytest.raises(actions.Refused, match="Say why"):
            decide(proposal=proposal, reason=" ", **who)
    kiosk.refresh_from_db()
    assert kiosk.label == "Kiosk"


def test_what_is_closed_stays_closed(member, who, kiosk):
    proposal = proposed(member, Kind.RENAME, [kiosk], label="Booth")
    actions.withdraw(proposal=proposal, by=member, now=NOW)

    with pytest.raises(actions.NotOpen):
        actions.accept(proposal=proposal, reason="Yes.", **who)
    with pytest.raises(actions.NotOpen):
        actions.support(proposal=proposal, by=who["by"], now=NOW)


def test_nobody_is_told_who_has_gone(member, who, kiosk):
    proposal = proposed(member, Kind.RENAME, [kiosk], label="Booth")
    Proposal.objects.update(proposer=None)

    actions.decline(proposal=proposal, reason="No.", **who)

    assert mail.outbox == []
