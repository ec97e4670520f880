"""What comes in from a file: kept as it was, once, and whose it is."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from forum import actions, queries
from forum.actions.importing import claim
from forum.import_file import COLUMNS, ImportProblems, read
from forum.import_plan import Plan, plan
from forum.models import Answer, AnswerMark, Comment, HelpRequest, ImportedPost, PostRevision, Question, QuestionEvent
from hub.accounts.models import User
from hub.core import personal_data
from hub.notifications.models import Notification
from hub.organisations.models import Identifier
from hub.search.models import IndexChange
from tests.conftest import NOW
from tests.factories.forum import QuestionFactory
from tests.factories.stepshare import ProductFactory
from tests.factories.taxonomy import ConceptFactory

BACKEND = "hub.members.backends.SignInBackend"
LONDON_SUMMER = dt.datetime(2019, 7, 1, 9, 30, tzinfo=dt.UTC)


def question(**cells: str) -> dict[str, str]:
    said = {"kind": "question", "id": "q1", "title": "Who mends the light?", "body": "It is **dark**.", "audience": "public"}
    return {**said, "date": "2019-07-01T10:30", "author email": "ida@old.example", "author name": "Ida Old", **cells}


def answer(**cells: str) -> dict[str, str]:
    said = {"kind": "answer", "id": "a1", "parent id": "q1", "body": "The county does.", "date": "2019-07-02"}
    return {**said, "author name": "Bert Old", "author email": "bert@old.example", **cells}


def comment(**cells: str) -> dict[str, str]:
    return {"kind": "comment", "id": "c1", "parent id": "a1", "body": "Which one?", "date": "2019-07-03", **cells}


def as_csv(*rows: dict[str, str], encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def planned(*rows: dict[str, str], source: str = "import") -> Plan:
    return plan(read(as_csv(*rows), NOW), source)


def bring(*rows: dict[str, str], update: bool = False) -> Plan:
    found = planned(*rows)
    actions.bring_in(plan=found, update=update, by=None, now=NOW)
    return found


def problems(*rows: dict[str, str]) -> str:
    with pytest.raises(ImportProblems) as caught:
        planned(*rows)
    return str(caught.value)


def proves(user: User, address: str) -> None:
    EmailAddress.objects.create(user=user, email=address, verified=True)


# --- What is written ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_thread_comes_in_with_its_dates_its_words_and_what_it_is_about(council):
    Identifier.objects.create(organisation=council, scheme="la-code", value="AMB")
    term, system = ConceptFactory(label="Street lighting"), ProductFactory(name="Lamplighter")
    about = {"terms": "street lighting", "systems": "lamplighter"}

    bring(comment(), answer(accepted="yes", council="ambleford"), question(council="amb", **about))

    asked, said, remarked = Question.objects.get(), Answer.objects.get(), Comment.objects.get()
    assert (asked.asked_at, asked.last_activity_at) == (LONDON_SUMMER, remarked.commented_at)
    assert (asked.body_html, asked.council, said.council) == ("<p>It is <strong>dark</strong>.</p>\n", council, council)
    assert (list(asked.concepts.all()), list(asked.products.all())) == ([term], [system])
    assert (said.question, remarked.question, remarked.answer) == (asked, asked, said)
    assert AnswerMark.objects.accepted().get().answer == said
    assert (asked.author_name, said.byline) == ("Ida Old (before the hub)", f"Bert Old (before the hub), {council}")


@pytest.mark.django_db
def test_nobody_is_told_or_asked_to_help_and_search_hears(member):
    actions_now = NOW
    EmailAddress.objects.create(user=member, email=member.email, verified=True)
    IndexChange.objects.all().delete()

    bring(question(**{"author email": member.email}), answer())

    asked = Question.objects.get()
    assert (asked.author, asked.author_before, asked.helpers_sought_at) == (member, "", actions_now)
    assert not Notification.objects.exists()
    assert actions.look_for_helpers(now=NOW) == 0
    assert not HelpRequest.objects.exists()
    assert set(QuestionEvent.objects.values_list("kind", "answer__body")) == {("imported", None), ("imported", "The county does.")}
    assert IndexChange.objects.filter(object_pk=str(asked.pk)).exists()


@pytest.mark.django_db
def test_a_second_run_adds_nothing_and_leaves_what_the_hub_changed(member):
    bring(question(), answer(accepted="yes"), comment())
    Question.objects.update(title="Put better")
    before = [model.objects.count() for model in (Question, Answer, Comment, ImportedPost, QuestionEvent, AnswerMark)]

    again = bring(question(), answer(accepted="yes"), comment(), update=True)

    assert (again.new, again.changed, again.unchanged) == ([], [], 3)
    assert [model.objects.count() for model in (Question, Answer, Comment, ImportedPost, QuestionEvent, AnswerMark)] == before
    assert Question.objects.get().title == "Put better"


@pytest.mark.django_db
def test_what_changed_in_the_file_is_reported_and_only_changed_when_asked():
    bring(question(), answer())

    reported = bring(question(title="Who mends it?"), answer())
    assert ([one.row.key for one, _ in reported.changed], Question.objects.get().title) == (["q1"], "Who mends the light?")

    bring(question(title="Who mends it?"), answer(), update=True)
    assert (Question.objects.get().title, PostRevision.objects.get().title) == ("Who mends it?", "Who mends the light?")
    assert bring(question(title="Who mends it?"), answer()).unchanged == 2


@pytest.mark.django_db
def test_a_changed_file_changes_what_it_is_about_and_what_was_said_and_nothing_else(council, member):
    """The hub's own doings with a post stay: who claimed it, its mark, its state."""
    Identifier.objects.create(organisation=council, scheme="la-code", value="AMB")
    _, second, third = (ConceptFactory(label=label) for label in ("First term", "Second term", "Third term"))
    bring(question(terms="First term; Second term"), answer(accepted="yes"), comment())
    Question.objects.update(author=member, author_before="", status=Question.Status.HIDDEN)

    bring(question(terms="Second term; Third term"), answer(body="The **parish** does.", council="amb"), comment(), update=True)

    asked, said, remarked = Question.objects.get(), Answer.objects.get(), Comment.objects.get()
    assert set(asked.concepts.all()) == {second, third}
    assert (asked.author, asked.status) == (member, Question.Status.HIDDEN)
    assert (said.body_html, said.council, said.marks.count()) == ("<p>The <strong>parish</strong> does.</p>\n", council, 1)
    assert (remarked.body, remarked.edited_at, PostRevision.objects.count()) == ("Which one?", None, 2)
    assert set(QuestionEvent.objects.filter(kind="edited").values_list("answer", flat=True)) == {None, said.pk}
    assert bring(question(terms="Second term; Third term"), answer(body="The **parish** does.", council="amb")).unchanged == 2


@pytest.mark.django_db
def test_answers_may_come_in_a_later_file_than_their_question():
    bring(question())

    bring(answer(), comment())

    asked = Question.objects.get()
    assert asked.answers.get().comments.count() == 1
    assert asked.last_activity_at == Comment.objects.get().commented_at


@pytest.mark.django_db
def test_sources_are_apart():
    bring(question())

    assert len(planned(question(), source="elsewhere").new) == 1


@pytest.mark.django_db
def test_an_account_closed_since_the_plan_stops_it_all(member):
    proves(member, "ida@old.example")
    found = planned(question())
    EmailAddress.objects.filter(user=member).delete()

    with pytest.raises(actions.Overtaken):
        actions.bring_in(plan=found, update=False, by=None, now=NOW)

    assert not Question.objects.exists()


@pytest.mark.django_db
def test_two_runs_at_once_write_once():
    first, second = planned(question(), answer()), planned(question(), answer())
    actions.bring_in(plan=first, update=False, by=None, now=NOW)

    with pytest.raises(actions.Overtaken):
        actions.bring_in(plan=second, update=False, by=None, now=NOW)

    assert (Question.objects.count(), Answer.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_the_asker_who_answers_is_no_other():
    bring(question(), answer(**{"author email": "IDA@old.example"}))

    assert Answer.objects.get().by_asker
    assert list(Question.objects.unanswered())


# --- What is refused ------------------------------------------------------------------------------

WRONG = [
    ([question(kind="post")], "line 2, column kind: “post” is none of question, answer, comment"),
    ([question(title="")], "line 2, column title: is empty"),
    ([question(title="x" * 141)], "line 2, column title: has 141 characters; 140 is the most"),
    ([question(body="x" * 30_001)], "line 2, column body: has 30,001 characters; 30,000 is the most"),
    ([question(body="See <b>this</b>")], "line 2, column body: holds HTML (<b>): turn it into Markdown first"),
    ([question(date="01/07/2019")], "line 2, column date: “01/07/2019” is no date like"),
    ([question(date="2030-01-01")], "line 2, column date: “2030-01-01” is still to come"),
    ([question(date="0001-01-01")], "line 2, column date: “0001-01-01” is before 1990"),
    ([question(date="9999-12-31T23:59-12:00")], "column date"),
    ([question(audience="all")], "line 2, column audience: “all” is none of public, members"),
    ([question(council="Nowhere")], "line 2, column council: “Nowhere” is no council on record"),
    ([question(terms="Nonsense")], "line 2, column terms: “Nonsense” is no term of the A to Z"),
    ([question(systems="Nonsense")], "line 2, column systems: “Nonsense” is no system on record"),
    ([question(body="a\x00b")], "line 2, column body: holds a character that no text has (U+0000)"),
    ([question(**{"author email": "ida"})], "line 2, column author email: “ida” is no email address"),
    ([question(**{"author name": "ida@old.example"})], "line 2, column author name: holds an email address"),
    ([question(), question()], "line 3, column id: “q1” stands on line 2 already"),
    ([question(), answer(**{"parent id": "q2"})], "line 3, column parent id: no row has the id “q2”"),
    ([question(), answer(date="2018-01-01")], "line 3, column date: is before that of “q1”"),
    ([question(), answer(audience="members")], "line 3, column audience: everybody reads the question"),
    ([question(), answer(), answer(id="a2", **{"parent id": "a1"})], "line 4, column parent id: “a1” is an answer"),
    ([question(accepted="yes")], "line 2, column accepted: only an answer is accepted"),
    ([question(), answer(accepted="yes"), answer(id="a2", accepted="yes")], "line 4, column accepted: the answer on line 3"),
]


@pytest.mark.parametrize(("rows", "told"), WRONG, ids=[told[:50] for _, told in WRONG])
@pytest.mark.django_db
def test_each_mistake_is_told_with_its_line_and_column(rows, told):
    assert told in problems(*rows)


@pytest.mark.django_db
def test_every_mistake_is_told_at_once_and_nothing_is_written(tmp_path):
    file = tmp_path / "wrong.csv"
    file.write_bytes(as_csv(question(), answer(body=""), comment(date="soon")))

    with pytest.raises(CommandError) as caught:
        call_command("import_questions", file)

    assert ("line 3, column body" in str(caught.value), "line 4, column date" in str(caught.value)) == (True, True)
    assert not Question.objects.exists()


@pytest.mark.django_db
def test_a_dry_run_says_what_it_would_do(tmp_path, capsys):
    file = tmp_path / "right.csv"
    file.write_bytes(as_csv(question(), answer()))

    call_command("import_questions", file, "--dry-run")

    assert "New: 1 questions, 1 answers, 0 comments." in capsys.readouterr().out
    assert not Question.objects.exists()
    call_command("import_questions", file)
    assert Question.objects.count() == 1


# --- Odd files ------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_encodings_that_spreadsheets_write_read_alike(encoding):
    row = read(as_csv(question(title="Zoë, her “light”"), encoding=encoding), NOW)[0]

    assert (row.title, row.at) == ("Zoë, her “light”", LONDON_SUMMER)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"\xff\xfe\x00", b"kind,id\n\xe9", b"\xef\xbb\xbf", b'kind,"id', b"a;b\n1;2"]
)
def test_a_file_of_another_kind_is_refused_in_words(content):
    with pytest.raises(ImportProblems, match=r"line \d, column"):
        read(content, NOW)


def test_a_header_may_be_written_as_people_write_it():
    content = as_csv(question()).replace(b"author email", b"Author E-mail").replace(b"kind", b"Kind", 1)

    assert read(content, NOW)[0].email == "ida@old.example"


def test_code_may_speak_of_html():
    rows = read(as_csv(question(body="Write `<b>` or\n\n```\n<div>\n```\n\nfor <name of council>, see <https://a.example>.")), NOW)

    assert "<div>" in rows[0].body


CELLS = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")) | st.sampled_from('\n",;=+-@\t'), max_size=60
)


@given(title=CELLS, body=CELLS, name=CELLS, encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), crlf=st.booleans())
def test_whatever_a_cell_holds_comes_back_or_is_refused_by_name(title, body, name, encoding, crlf):
    """A formula stays the text that it is, and quotes, commas and line breaks stay in their cell."""
    cells = question(title=title, body=body, **{"author name": name})
    content = as_csv({key: value.replace("\n", "\r\n") if crlf else value for key, value in cells.items()}, encoding=encoding)
    try:
        row = read(content, NOW)[0]
    except ImportProblems as refused:
        assert {problem.column for problem in refused.problems} <= {"title", "body", "author name"}  # noqa: PT017 - any of them, or none
        return

    assert (row.body, row.title, row.name) == (body.strip(), " ".join(title.split()), " ".join(name.split()))


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_refused_and_nothing_else(content):
    with pytest.raises(ImportProblems):
        read(content, NOW)


# --- Whose it is ----------------------------------------------------------------------------------


@pytest.fixture
def client_of_ida(member) -> Any:
    """The member has proved the address that the question was asked under."""
    proves(member, "ida@old.example")
    client = Client()
    client.force_login(member, backend=BACKEND)
    return client


@pytest.mark.django_db
def test_only_whoever_has_proved_the_address_can_claim(member, stranger):
    bring(question(), answer())
    EmailAddress.objects.create(user=stranger, email="ida@old.example", verified=False)
    posts = list(ImportedPost.objects.all())

    assert queries.posts_to_claim(stranger) == []
    assert claim(posts=posts, addresses=[stranger.email], by=stranger, now=NOW) == 0
    assert set(Question.objects.values_list("author", flat=True)) == {None}


@pytest.mark.django_db
def test_claiming_makes_them_the_author(member):
    bring(question(), answer())
    proves(member, "ida@old.example")
    client = Client()
    client.force_login(member, backend=BACKEND)
    assert "1 post in question time was written under your address" in client.get("/account/").content.decode()
    assert "Who mends the light?" in client.get("/question-time/before-the-hub/").content.decode()

    client.post("/question-time/before-the-hub/", {"post": [row.public_id for row in ImportedPost.objects.all()]})

    asked = Question.objects.get()
    assert (asked.author, asked.author_before, Answer.objects.get().author) == (member, "", None)
    assert QuestionEvent.objects.filter(kind="claimed", by=member, answer=None).count() == 1
    assert "Nothing to claim" in client.get("/question-time/before-the-hub/").content.decode()


@pytest.mark.django_db
def test_one_person_with_two_addresses_is_the_asker_of_their_afterthought(member):
    bring(question(), answer())
    for address in ("ida@old.example", "bert@old.example"):
        proves(member, address)

    claim(posts=queries.posts_to_claim(member), addresses=["ida@old.example", "bert@old.example"], by=member, now=NOW)

    assert Answer.objects.get().by_asker


@pytest.mark.django_db
def test_what_is_among_members_is_claimed_by_nobody_who_cannot_read_it(pending):
    bring(question(audience="members"))
    proves(pending, "ida@old.example")

    assert queries.posts_to_claim(pending) == []


@pytest.mark.django_db
def test_closing_the_account_takes_the_name_off_what_was_never_claimed(member):
    bring(question())
    proves(member, "ida@old.example")
    personal_data.erase(member)

    assert Question.objects.get().author_name == "A former member"
    assert not ImportedPost.objects.unclaimed().exists()
    assert bring(question()).unchanged == 1
    assert Question.objects.get().author_before == ""


@pytest.mark.django_db
def test_somebody_who_never_joined_can_have_their_name_taken_off(capsys):
    bring(question(), answer())

    call_command("forget_imported_author", "Ida@old.example")

    assert (Question.objects.get().author_name, Answer.objects.get().author_before) == ("A former member", "Bert Old")


@pytest.mark.django_db
def test_the_page_of_claims_costs_the_same_however_many(member, client_of_ida, assert_constant_queries):
    bring(question())

    assert_constant_queries(
        lambda: client_of_ida.get("/question-time/before-the-hub/"),
        grow=lambda: bring(*(question(id=f"more{n}", title=f"Another {n}?") for n in range(5))),
    )


@pytest.mark.django_db
def test_no_page_shows_an_address(client):
    bring(question(), answer())
    QuestionFactory()

    page = client.get(Question.objects.get(title="Who mends the light?").get_absolute_url()).content.decode()

    assert "Ida Old (before the hub)" in page
    assert "old.example" not in page
