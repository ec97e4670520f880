"""Naming somebody in a post: whom a name means, who is told, where it leads, and that nobody can write a link themselves."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from forum import actions, mentions
from forum.models import Mention, Question
from forum.personal_data import erase, export
from hub.core.audience import Audience
from hub.core.markdown import render
from hub.notifications import queries as notifications
from tests.factories.members import MembershipFactory
from tests.own_time import least_spent

HOUR = dt.timedelta(hours=1)
PEOPLE = "/question-time/mention/"


@pytest.fixture
def ida(db):
    return MembershipFactory(user__first_name="Ida", user__last_name="Holm", organisation__name="Marram District Council").user


@pytest.fixture
def asked(member, now) -> Question:
    return actions.ask(title="Who counts?", body="We do.", audience=Audience.PUBLIC, by=member, now=now)


def answer(asked, by, now, body="Ask @Ida Holm, who counts.", **options):
    return actions.answer(question=asked, body=body, by=by, now=now, **options)


def page(client, post, person=None) -> str:
    client.logout()
    if person is not None:
        client.force_login(person)
    return client.get(post.get_absolute_url(), follow=True).content.decode()


def heard_by(person) -> list[tuple[str, list[str]]]:
    return [(line.says, line.because) for line in notifications.lines(person, notifications.visible_to(person))]


# --- Text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "@Ida Holm",
        "Ask @Ida Holm.",
        "Is it @Ida Holm's? (@Ida Holm)",
        "**@Ida Holm**, or",
        "| who |\n|---|\n| @Ida Holm |",
        "- @Ida\n  Holm",
        "@Ida Holm Anders is another",
    ],
)
def test_a_name_is_met_as_people_write_it(body):
    assert mentions.met(render(body), {"Ida Holm"}) == ["Ida Holm"]


@pytest.mark.parametrize(
    "body",
    [
        "Ida Holm",
        "@Ida",
        "@ida holm",
        "me@Ida Holm",
        "`@Ida Holm`",
        "    @Ida Holm",
        "[@Ida Holm](https://a.example)",
        "@Ida Holmes",
    ],
)
def test_nothing_else_names_her(body):
    assert mentions.met(render(body), {"Ida Holm"}) == []


def test_the_longest_name_is_meant_and_signs_in_it_are_read():
    known = {"Ida Holm", "Ida Holm Anders", "Tom & Co", "Zoë O'Neil-Ray"}

    assert mentions.met(render("@Ida Holm Anders, @Tom & Co, @Zoë O'Neil-Ray!"), known) == [
        "Ida Holm Anders",
        "Tom & Co",
        "Zoë O'Neil-Ray",
    ]


@given(st.text(alphabet="@<>\"'=&;/ Ida Holmspandt-menox123`[]()\n", max_size=200))
@settings(max_examples=150, deadline=None)
def test_no_text_makes_a_marker_and_marking_changes_no_word(body):
    html = render(body)
    assert not mentions.names_somebody(html)

    marked = mentions.marked(html, {"Ida Holm": "abcde12345", "Ida": "abcde12346"})

    assert mentions.linked(marked, {}) == html


@pytest.mark.parametrize("source", ["@", "@a ", "@Ida Holm ", "<@", "&@", '"@', "@ @ ", "*@a*", "[@a](b)"])
def test_ten_thousand_signs_take_no_time(source):
    html = render((source * 30_000)[:30_000])

    def mark() -> None:
        mentions.marked(html, dict.fromkeys(mentions.met(html, mentions.names_in(html)), "abcde12345"))

    assert least_spent(mark, below=1) < 1


# --- Posts ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_name_leads_members_to_a_page_and_is_words_to_everybody_else(client, asked, ida, member, pending, stranger, now):
    posted = answer(asked, stranger, now)
    link = f'<a href="{reverse("members:person", kwargs={"public_id": ida.public_id})}">@Ida Holm</a>'

    assert ida.public_id not in posted.body_html
    assert link in page(client, posted, member)
    for viewer in (None, pending):
        shown = page(client, posted, viewer)
        assert "Ask @Ida Holm, who counts." in shown
        assert ida.public_id not in shown
        assert "data-mention=" not in shown.replace("data-mention-url", "")


@pytest.mark.django_db
def test_every_kind_of_post_names_people_in_its_thread(client, ida, member, stranger, now):
    question = actions.ask(title="Who?", body="@Ida Holm?", audience=Audience.MEMBERS, by=member, now=now)
    reply = answer(question, stranger, now)
    for on in (question, reply):
        actions.comment(on=on, body="Yes, @Ida Holm.", by=stranger, now=now)

    assert page(client, question, member).count(">@Ida Holm</a>") == 4
    assert [line[1] for line in heard_by(ida)] == [["somebody named you"]] * 4


@pytest.mark.django_db
def test_two_of_one_name_are_nobody_and_so_is_who_has_left(asked, ida, stranger, now):
    twin = MembershipFactory(user__first_name="Ida", user__last_name="Holm").user
    answer(asked, stranger, now)
    assert not Mention.objects.exists()

    twin.memberships.update(ended_at=now)
    answer(asked, stranger, now)
    assert Mention.objects.get().person_id == ida.pk


@pytest.mark.django_db
def test_who_does_not_read_the_directory_names_nobody(asked, ida, pending, now):
    answer(asked, pending, now)

    assert not Mention.objects.exists()


@pytest.mark.django_db
def test_a_post_names_ten_people_at_most(asked, stranger, now):
    for number in range(12):
        MembershipFactory(user__first_name="Ida", user__last_name=f"Holm{number}")
    posted = answer(asked, stranger, now, " ".join(f"@Ida Holm{number}" for number in range(12)))

    assert posted.mentions.count() == mentions.MOST == posted.body_html.count("data-mention=")


@pytest.mark.django_db
def test_somebody_named_is_told_once_with_every_reason(asked, ida, member, stranger, now):
    actions.answer(question=asked, body="I do.", by=ida, now=now)
    posted = answer(asked, stranger, now)
    assert heard_by(ida) == [("New answer", ["you answered it", "somebody named you"])]

    actions.edit_answer(answer=posted, body="Ask @Ida Holm!", by=stranger, now=now + HOUR)
    assert len(heard_by(ida)) == 1
    assert heard_by(stranger) == []


@pytest.mark.django_db
def test_a_change_that_names_somebody_tells_them_once(asked, ida, stranger, now):
    posted = answer(asked, stranger, now, "Ask.")
    for number, body in enumerate(["Ask @Ida Holm.", "Ask.", "Ask @Ida Holm."], start=1):
        actions.edit_answer(answer=posted, body=body, by=stranger, now=now + number * HOUR)

    assert heard_by(ida) == [("An answer names you", ["somebody named you"])]
    assert Mention.objects.count() == 1


@pytest.mark.django_db
def test_what_waits_tells_whom_it_names_when_it_is_let_through(asked, ida, facilitator, stranger, now):
    """A sealed author may name people, and themselves: nothing says that they did."""
    held = answer(asked, stranger, now, f"@Ida Holm and @{stranger.get_full_name()} know.", unnamed=True)
    assert heard_by(ida) == []

    actions.approve_post(post=held, by=facilitator, now=now + HOUR)

    assert heard_by(ida) == heard_by(stranger) == [("New answer", ["somebody named you"])]
    assert set(held.mentions.values_list("person", flat=True)) == {ida.pk, stranger.pk}


@pytest.mark.django_db
def test_a_comment_is_told_with_its_own_address(asked, ida, stranger, now):
    remark = actions.comment(on=asked, body="@Ida Holm?", by=stranger, now=now)

    assert [line.words.url for line in notifications.lines(ida, notifications.visible_to(ida))] == [remark.get_absolute_url()]


@pytest.mark.django_db
def test_a_thread_costs_the_same_however_many_are_named(client, asked, ida, member, stranger, now, assert_constant_queries):
    client.force_login(member)

    def grow():
        for _ in range(15):
            actions.comment(on=answer(asked, stranger, now), body="@Ida Holm", by=stranger, now=now)

    answer(asked, stranger, now)
    actions.comment(on=asked, body="@Ida Holm", by=stranger, now=now)
    assert_constant_queries(lambda: client.get(asked.get_absolute_url()), grow=grow)  # two of them find what is new


@pytest.mark.django_db
@pytest.mark.parametrize("persona", ["member", "pending"])
def test_the_preview_is_what_its_writer_will_see(request, client, asked, ida, persona, now):
    writer = request.getfixturevalue(persona)
    body = "# Head\n\nAsk @Ida Holm, or @Nobody.\n\n`@Ida Holm`"
    client.force_login(writer)
    by_script = client.post("/question-time/preview/", {"source": body}).content.decode().strip()
    without = client.post(reverse("forum:answer", args=[asked.public_id]), {"body": body, "preview": "1"}).content.decode()

    shown = page(client, answer(asked, writer, now, body), writer)

    assert by_script in shown
    assert by_script in without
    assert ("@Ida Holm</a>" in by_script) == (persona == "member")


# --- Completion -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_completion_is_for_members_and_tells_names_and_councils_of_eight(client, ida, member, pending, now):
    for number in range(9):
        MembershipFactory(user__first_name="Holmar", user__last_name=f"Nr{number}")
    left = MembershipFactory(user__first_name="Ida", user__last_name="Gone", ended_at=now).user
    assert client.get(f"{PEOPLE}?q=ida").status_code == 404
    client.force_login(pending)
    assert client.get(f"{PEOPLE}?q=ida").status_code == 404
    client.force_login(member)

    assert json.loads(client.get(f"{PEOPLE}?q=ida").content) == {
        "people": [{"name": "Ida Holm", "council": "Marram District Council"}]
    }
    assert left.last_name not in client.get(f"{PEOPLE}?q=id").content.decode()
    assert len(client.get(f"{PEOPLE}?q=holm").json()["people"]) == 8
    assert client.get(f"{PEOPLE}?q=i").json() == client.get(f"{PEOPLE}?q=%25%25").json() == {"people": []}


@pytest.mark.django_db
def test_completion_costs_the_same_however_many_there_are(client, ida, member, assert_constant_queries):
    client.force_login(member)

    def grow():
        for number in range(6):
            MembershipFactory(user__first_name="Idar", user__last_name=f"Nr{number}")

    assert_constant_queries(lambda: client.get(f"{PEOPLE}?q=ida"), grow=grow)


# --- Data rights ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_who_is_erased_stays_as_words_alone(client, asked, ida, member, stranger, now):
    posted = answer(asked, stranger, now)
    assert export(ida)["where_you_are_named"] == [{"question": "Who counts?", "at": now.isoformat()}]

    erase(ida)

    assert not Mention.objects.exists()
    assert re.search(r"Ask @Ida Holm, who counts\.", page(client, posted, member))
