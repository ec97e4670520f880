"""Proposing, backing, discussing and deciding, on pages."""

from __future__ import annotations

import re

import pytest
from django.core import mail

from hub.library.models import BriefingPaperConcept
from taxonomy import actions
from taxonomy.models import Concept, Proposal
from tests.factories.pages import BriefingPaperIndexPageFactory, BriefingPaperPageFactory
from tests.factories.taxonomy import ConceptFactory, ConceptSchemeFactory, ProposalFactory

pytestmark = pytest.mark.django_db
State, Kind = Proposal.State, Proposal.Kind


@pytest.fixture(autouse=True)
def scheme(db):
    return ConceptSchemeFactory()


@pytest.fixture
def as_member(client, member):
    client.force_login(member)
    return client


@pytest.fixture
def as_editor(client, editor):
    client.force_login(editor)
    return client


def page(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def boxes(html: str) -> int:
    """Fields somebody sees in the page's own form; the five boxes of a ConceptsField are one."""
    form = html[html.index("<main") : html.index("</main>")]
    return len(re.findall(r'<div class="field|<fieldset', form))


# --- Proposing ----------------------------------------------------------------------------------


def test_a_new_term_takes_one_form_of_four_fields(as_member, member):
    html = page(as_member, "/a-z/propose/?label=Kiosk+hire&from=/search/%3Fq%3Dkiosk")
    assert 'value="Kiosk hire"' in html

    as_member.post("/a-z/propose/", {"label": "Kiosk hire", "reason": "We look for it.", "source": "/search/?q=kiosk"})

    made = Proposal.objects.get()
    assert (made.label, made.proposer, made.source, made.state) == ("Kiosk hire", member, "/search/?q=kiosk", State.OPEN)
    assert "A new term: “Kiosk hire”" in page(as_member, f"/a-z/proposals/{made.public_id}/")


def test_likely_duplicates_come_first_and_the_proposer_may_go_on(as_member):
    ConceptFactory(label="Customer portal", definition="One door.")
    data = {"label": "Customers' portals", "reason": "We look for it."}

    first = as_member.post("/a-z/propose/", data).content.decode()

    assert "Is it one of these?" in first
    assert 'href="/a-z/customer-portal/"' in first
    assert "We look for it." in first
    assert not Proposal.objects.exists()
    as_member.post("/a-z/propose/", {**data, "none_of_these": "Customers' portals"})
    assert Proposal.objects.get().label == "Customers' portals"


def test_saying_none_of_these_holds_for_that_word_only(as_member):
    ConceptFactory(label="Customer portal")

    html = as_member.post("/a-z/propose/", {"label": "Customers' portal", "reason": "x", "none_of_these": "Kiosk"}).content.decode()

    assert "Is it one of these?" in html


def test_a_word_that_is_a_terms_name_is_refused_in_words(as_member):
    ConceptFactory(label="Kiosk", also=["Booth"])

    html = as_member.post("/a-z/propose/", {"label": "Booth", "reason": "x", "none_of_these": "Booth"}).content.decode()

    assert "“Booth” is already a name of “Kiosk”" in html


def test_a_visitor_signs_in_first_and_keeps_the_word(client):
    assert client.get("/a-z/propose/?label=Kiosk").headers["Location"] == "/account/login/?next=/a-z/propose/%3Flabel%3DKiosk"


def test_a_pending_member_reads_what_to_wait_for(client, pending):
    client.force_login(pending)

    response = client.get("/a-z/propose/")

    assert response.status_code == 403
    assert "As soon as your membership is approved" in response.content.decode()


CHANGES = [
    (Kind.DEFINE, {"definition": "Another meaning."}),
    (Kind.RENAME, {"label": "Facsimile machine"}),
    (Kind.MERGE, {"target": "Kiosk"}),
    (Kind.SPLIT, {"parts": "- Sending\n- Receiving: At the other end"}),
    (Kind.MOVE, {"broader": "Kiosk"}),
    (Kind.RETIRE, {"target": ""}),
    (Kind.MAP, {"match": "exact", "target_uri": "http://id.esd.org.uk/service/7", "target_label": "Fax"}),
]


@pytest.mark.parametrize(("kind", "data"), CHANGES, ids=[kind.value for kind, _ in CHANGES])
def test_every_change_is_one_form_and_an_editor_does_it_as_it_stands(client, member, editor, kind, data):
    ConceptFactory(label="Kiosk")
    fax = ConceptFactory(label="Fax", definition="Paper by wire.")
    client.force_login(member)
    address = f"/a-z/fax/suggest/?kind={kind.value}"

    html = page(client, address)
    assert boxes(html) <= 4
    client.post(address, {**data, "reason": "Because."})
    made = Proposal.objects.get(kind=kind)
    page(client, f"/a-z/proposals/{made.public_id}/")

    client.force_login(editor)
    decide = f"/a-z/proposals/{made.public_id}/decide/"
    page(client, decide)
    response = client.post(decide, {**data, "answer": "accept", "reason": "Agreed."})
    assert response.status_code == 302, response.content.decode()
    made.refresh_from_db()
    assert (made.state, made.decision_reason) == (State.ACCEPTED, "Agreed.")
    assert fax.changes.count() == 1
    page(client, f"/a-z/proposals/{made.public_id}/")
    assert member.email in mail.outbox[-1].to
    client.post(f"/a-z/changes/{made.change.public_id}/undo/", {"reason": "Not after all."})
    assert Concept.objects.get(pk=fax.pk).label == "Fax"
    assert Concept.objects.get(pk=fax.pk).status == Concept.Status.PUBLISHED


def test_a_meaning_that_says_nothing_new_is_not_sent(as_member):
    ConceptFactory(label="Fax", definition="Paper by wire.")

    html = as_member.post("/a-z/fax/suggest/", {"definition": "Paper by wire.", "reason": "x"}).content.decode()

    assert "That is what it says already." in html


# --- Reading, backing, discussing ---------------------------------------------------------------


def test_a_proposal_says_in_words_what_would_change(as_member):
    fax = ConceptFactory(label="Fax", definition="Paper by wire.")
    proposal = ProposalFactory(kind=Kind.DEFINE, concepts=[fax], label="", definition="Paper by telephone.")

    html = page(as_member, proposal.get_absolute_url())

    assert "<del>Paper by wire.</del>" in html
    assert "<ins>Paper by telephone.</ins>" in html


def test_backing_is_counted_by_council_and_can_be_taken_back(as_member, member, stranger):
    proposal = ProposalFactory()
    actions.support(proposal=proposal, by=stranger, now=proposal.proposed_at)

    as_member.post(f"{proposal.get_absolute_url()}support/")

    html = page(as_member, proposal.get_absolute_url())
    assert "2 people of " in html
    assert "Ambleford District Council" in html
    assert "You back it." in html
    as_member.post(f"{proposal.get_absolute_url()}unsupport/")
    assert "1 person of " in page(as_member, proposal.get_absolute_url())


def test_nobody_backs_their_own(as_member, member):
    proposal = ProposalFactory(proposer=member)

    assert as_member.post(f"{proposal.get_absolute_url()}support/").status_code == 403


def test_a_comment_is_markdown_and_an_empty_one_is_shown_again(as_member):
    proposal = ProposalFactory()

    empty = as_member.post(f"{proposal.get_absolute_url()}comment/", {"body": ""}).content.decode()
    as_member.post(f"{proposal.get_absolute_url()}comment/", {"body": "We say **kiosk**."})

    assert "Write your comment first." in empty
    assert "We say <strong>kiosk</strong>." in page(as_member, proposal.get_absolute_url())


def test_only_the_proposer_takes_it_back_after_being_asked(as_member, member):
    own, other = ProposalFactory(proposer=member), ProposalFactory()

    assert "Take your suggestion back?" in page(as_member, f"{own.get_absolute_url()}withdraw/")
    as_member.post(f"{own.get_absolute_url()}withdraw/")

    own.refresh_from_db()
    assert own.state == State.WITHDRAWN
    assert as_member.post(f"{other.get_absolute_url()}withdraw/").status_code == 403


def test_where_it_was_made_is_for_the_proposer_and_editors(client, member, stranger):
    proposal = ProposalFactory(proposer=member, source="/briefing-papers/secret/")

    client.force_login(stranger)
    assert "/briefing-papers/secret/" not in page(client, proposal.get_absolute_url())
    client.force_login(member)
    assert "/briefing-papers/secret/" in page(client, proposal.get_absolute_url())


def test_visitors_and_pending_members_read_no_proposals(client, pending):
    proposal = ProposalFactory(label="Quillwort")

    assert "Quillwort" not in page(client, "/a-z/proposals/")
    assert "Members read and make proposals" in page(client, "/a-z/proposals/")
    assert client.get(proposal.get_absolute_url()).status_code == 302
    client.force_login(pending)
    assert "Quillwort" not in page(client, "/a-z/proposals/")
    assert client.get(proposal.get_absolute_url()).status_code == 404


def test_the_list_shows_open_ones_decided_ones_and_ones_own(as_member, member, editor, now):
    ProposalFactory(label="Facsimile", concepts=[ConceptFactory(label="Fax")])
    done = ProposalFactory(label="Booth", concepts=[ConceptFactory(label="Kiosk")], proposer=member)
    actions.decline(proposal=done, reason="No.", by=editor, now=now)

    open_, decided, own = (page(as_member, f"/a-z/proposals/{query}") for query in ("", "?show=decided", "?show=mine"))

    assert "Rename “Fax” to “Facsimile”" in open_
    assert "Booth" not in open_
    assert "Booth" in decided
    assert "Facsimile" not in decided
    assert "Booth" in own
    assert "Facsimile" not in own
    assert "No proposals here" in page(as_member, "/a-z/proposals/?kind=map")


def test_the_list_costs_the_same_however_long_it_gets(as_member, assert_constant_queries):
    ProposalFactory()

    assert_constant_queries(lambda: page(as_member, "/a-z/proposals/"), grow=lambda: [ProposalFactory() for _ in range(5)])


# --- Deciding -----------------------------------------------------------------------------------


def test_declining_needs_a_reason_and_shows_it(as_editor):
    proposal = ProposalFactory()
    decide = f"{proposal.get_absolute_url()}decide/"

    without = as_editor.post(decide, {"answer": "decline", "no-reason": ""}).content.decode()
    as_editor.post(decide, {"answer": "decline", "no-reason": "Both words are used."})

    assert "Write it first" in without
    assert "Both words are used." in page(as_editor, proposal.get_absolute_url())


def test_a_question_first_leaves_it_open(as_editor):
    proposal = ProposalFactory()

    as_editor.post(f"{proposal.get_absolute_url()}decide/", {"answer": "ask", "no-reason": "Which councils say so?"})

    proposal.refresh_from_db()
    assert proposal.state == State.NEEDS_WORK
    assert "Which councils say so?" in page(as_editor, proposal.get_absolute_url())


def test_deciding_shows_what_is_touched_first(as_editor, home_page):
    fax = ConceptFactory(label="Fax")
    paper = BriefingPaperPageFactory(parent=BriefingPaperIndexPageFactory(parent=home_page), title="Goodbye to the fax")
    BriefingPaperConcept.objects.create(page=paper, concept=fax)
    proposal = ProposalFactory(kind=Kind.RETIRE, concepts=[fax], label="")

    html = page(as_editor, f"{proposal.get_absolute_url()}decide/")

    assert "What it touches" in html
    assert "Goodbye to the fax" in html


def test_an_editor_hands_out_what_a_split_term_carried(as_editor, home_page):
    fax = ConceptFactory(label="Fax")
    paper = BriefingPaperPageFactory(parent=BriefingPaperIndexPageFactory(parent=home_page), title="Goodbye to the fax")
    BriefingPaperConcept.objects.create(page=paper, concept=fax)
    parts = [{"label": "Sending", "definition": ""}, {"label": "Receiving", "definition": ""}]
    proposal = ProposalFactory(kind=Kind.SPLIT, concepts=[fax], label="", details={"parts": parts, "keep": False})
    html = page(as_editor, f"{proposal.get_absolute_url()}decide/")
    token = re.search(r'name="(thing-[0-9a-f]{16})"', html)[1]

    data = {"answer": "accept", "parts": "Sending\nReceiving", "reason": "Yes.", token: "1"}
    as_editor.post(f"{proposal.get_absolute_url()}decide/", data)

    assert [tag.concept.label for tag in paper.concept_tags.all()] == ["Receiving"]


def test_a_new_word_can_become_another_name_instead(as_editor, member, now):
    ConceptFactory(label="Kiosk")
    proposal = actions.propose(kind=Kind.NEW, wish=actions.Wish(label="Booth"), reason="x", by=member, now=now)

    data = {"answer": "accept", "label": "Booth", "target": "Kiosk", "reason": "It is the same."}
    as_editor.post(f"{proposal.get_absolute_url()}decide/", data)

    assert "Booth, see" in page(as_editor, "/a-z/b/")


def test_what_cannot_be_done_is_said_and_nothing_is_decided(as_editor):
    kiosk, booth = ConceptFactory(label="Kiosk"), ConceptFactory(label="Booth")
    proposal = ProposalFactory(kind=Kind.RENAME, concepts=[kiosk], label="Stall")

    html = as_editor.post(
        f"{proposal.get_absolute_url()}decide/", {"answer": "accept", "label": booth.label, "reason": "Yes."}
    ).content.decode()

    assert "“Booth” is already a name of “Booth”" in html
    proposal.refresh_from_db()
    assert proposal.is_open


def test_members_do_not_decide_or_undo(as_member, now):
    proposal = ProposalFactory()
    change = actions.define(label="Kiosk", definition="", by=None, now=now)

    assert as_member.get(f"{proposal.get_absolute_url()}decide/").status_code == 403
    assert as_member.post(f"/a-z/changes/{change.public_id}/undo/").status_code == 403


# --- From the picker ----------------------------------------------------------------------------


def test_a_word_suggested_from_a_form_can_be_carried_at_once(as_member):
    answer = as_member.post("/a-z/propose/word/", {"word": "Kiosk hire"}).json()

    from taxonomy.forms import ConceptsField

    field = ConceptsField()
    concepts = field.clean([answer["value"]])

    assert answer["label"] == "Kiosk hire"
    assert [concept.status for concept in concepts] == [Concept.Status.CANDIDATE]
    assert field.prepare_value(concepts) == [answer["value"]]


def test_the_word_alone_does_not_tell_that_it_has_been_proposed(as_member):
    from django.core.exceptions import ValidationError

    from taxonomy.forms import ConceptsField

    as_member.post("/a-z/propose/word/", {"word": "Kiosk hire"})

    with pytest.raises(ValidationError):
        ConceptsField().clean(["Kiosk hire"])


def test_the_picker_is_told_why_a_word_is_not_taken(as_member, client, pending):
    ConceptFactory(label="Kiosk")

    assert "is already a name" in as_member.post("/a-z/propose/word/", {"word": "kiosk"}).json()["said"]
    assert as_member.post("/a-z/propose/word/", {"word": " "}).status_code == 400
    client.force_login(pending)
    assert client.post("/a-z/propose/word/", {"word": "Booth"}).status_code == 403


@pytest.mark.parametrize(("days", "told"), [(1, "within a working day"), (3, "within 3 working days")])
def test_pages_promise_the_time_that_is_set(client, member, settings, days, told):
    settings.TERM_PROPOSAL_WORKING_DAYS = days
    client.force_login(member)

    for address in ("/a-z/", "/a-z/propose/"):
        assert told in client.get(address).content.decode()
