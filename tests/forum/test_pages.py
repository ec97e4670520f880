from __future__ import annotations

import datetime as dt
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from forum import actions
from forum.models import Answer, Interest, Post, Question
from hub.core.audience import Audience
from hub.core.markdown import MAX_LENGTH, render
from tests.factories.accounts import UserFactory
from tests.factories.forum import AnswerFactory, InterestFactory, QuestionFactory
from tests.factories.members import MembershipFactory
from tests.factories.organisations import CouncilFactory
from tests.factories.stepshare import ProductFactory
from tests.factories.taxonomy import ConceptFactory
from tests.own_time import least_spent

LIST, UNANSWERED, ASK = "/question-time/", "/question-time/unanswered/", "/question-time/ask/"
TYPED = {"title": "Who mends it?", "body": "The *light*.", "audience": "public", "submission": "abc"}


def text_of(response) -> str:
    return response.content.decode()


def url(name: str, post) -> str:
    return reverse(f"forum:{name}", kwargs={"public_id": post.public_id})


# --- Lists ------------------------------------------------------------------------------------


def test_the_list_shows_open_questions_by_newest_activity(client, question, stranger):
    QuestionFactory(title="A hidden matter", hidden=True)
    answered = AnswerFactory(question=QuestionFactory(title="Who counts?")).question
    actions.answer(question=answered, body="We.", by=stranger, now=answered.asked_at.replace(hour=20))

    page = text_of(client.get(LIST))

    assert page.index("Who counts?") < page.index("Who mends the street light?")
    assert "A hidden matter" not in page
    assert "1 council waits for an answer" in page
    assert "asked by a district council" in page
    assert "Priya" not in page
    assert "Ambleford" not in page


def test_a_visitor_and_a_member_see_lists_of_different_length(client, member):
    QuestionFactory(title="Among ourselves", for_members=True)

    assert "Among ourselves" not in text_of(client.get(LIST))
    client.force_login(member)
    assert "Among ourselves" in text_of(client.get(LIST))


def test_even_its_author_finds_no_withdrawn_question_in_the_list(client, member):
    QuestionFactory(title="Never mind", author=member, withdrawn=True)
    client.force_login(member)

    assert "Never mind" not in text_of(client.get(LIST))


def test_the_unanswered_come_with_the_oldest_first_and_the_wanted_by_how_many_councils_wait(client, question):
    wanted = QuestionFactory(title="Wanted by many", asked_at=question.asked_at + dt.timedelta(days=1))
    InterestFactory.create_batch(2, question=wanted)
    AnswerFactory(question=QuestionFactory(title="Answered long ago"))

    unanswered, by_demand = text_of(client.get(UNANSWERED)), text_of(client.get(f"{LIST}list/wanted/"))

    assert unanswered.index("Who mends the street light?") < unanswered.index("Wanted by many")
    assert by_demand.index("Wanted by many") < by_demand.index("Who mends the street light?")
    assert "Answered long ago" not in unanswered


def test_the_accepted_are_a_list_of_their_own(client, question):
    AnswerFactory(question=QuestionFactory(title="Settled"), accepted=True)

    page = text_of(client.get(LIST, {"show": "accepted"}))

    assert "Settled" in page
    assert "Who mends the street light?" not in page


def test_the_list_narrows_to_a_term_and_says_so(client, question):
    QuestionFactory(title="About chatting", concepts=[ConceptFactory(label="Web chat")])

    page = text_of(client.get(LIST, {"concept": "web-chat"}))

    assert "About chatting" in page
    assert "Who mends the street light?" not in page
    assert "Web chat <span>remove</span>" in page


def test_the_choice_of_terms_holds_none_that_only_hidden_questions_carry(client, db):
    QuestionFactory(for_members=True, concepts=[ConceptFactory(label="Canary")])
    QuestionFactory(hidden=True, concepts=[ConceptFactory(label="Goldfinch")])
    QuestionFactory(concepts=[ConceptFactory(label="Web chat")])

    page = text_of(client.get(LIST))

    assert "Web chat" in page
    assert "Canary" not in page
    assert "Goldfinch" not in page


def test_the_list_narrows_to_a_system_and_keeps_it_and_every_choice_can_be_taken_away(client, question):
    chat = ConceptFactory(label="Web chat")
    QuestionFactory(title="About ours", concepts=[chat], products=[ProductFactory(name="Dovetail CRM", slug="dovetail-crm")])
    QuestionFactory(title="About chatting", concepts=[chat])

    page = text_of(client.get(LIST, {"concept": "web-chat", "system": "dovetail-crm"}))

    assert "About ours" in page
    assert "About chatting" not in page
    assert f'<a href="{LIST}?concept=web-chat">Dovetail CRM <span>remove</span></a>' in page
    assert f'<a href="{LIST}?system=dovetail-crm">Web chat <span>remove</span></a>' in page
    assert '<option value="dovetail-crm" selected>Dovetail CRM</option>' in page
    assert "/feeds/all.atom?concept=web-chat&amp;system=dovetail-crm" in page


def test_the_choice_of_systems_holds_none_that_only_hidden_questions_are_about(client, member, db):
    QuestionFactory(for_members=True, products=[ProductFactory(name="Canary")])
    QuestionFactory(hidden=True, products=[ProductFactory(name="Goldfinch")])
    QuestionFactory(products=[ProductFactory(name="Dovetail CRM")])

    page = text_of(client.get(LIST))

    assert "Dovetail CRM" in page
    assert "Canary" not in page
    client.force_login(member)
    page = text_of(client.get(LIST))
    assert "Canary" in page
    assert "Goldfinch" not in page


def test_a_page_has_twenty_and_the_next_has_the_rest(client, db):
    QuestionFactory.create_batch(21)

    first, second = client.get(LIST, {"show": "all"}), client.get(LIST, {"page": "2"})

    assert (len(first.context["page"]), len(second.context["page"])) == (20, 1)
    assert "?show=all&amp;page=2" in text_of(first)


@pytest.mark.parametrize("address", [LIST, UNANSWERED, f"{LIST}?show=accepted", f"{LIST}?concept=nothing"])
def test_an_empty_list_says_what_to_do_next(client, db, address):
    page = text_of(client.get(address))

    assert 'class="empty"' in page
    assert ASK in page


@pytest.mark.parametrize("address", [LIST, UNANSWERED, f"{LIST}list/wanted/", f"{LIST}list/new/", f"{LIST}list/mine/"])
def test_a_list_costs_the_same_however_long_it_gets(client, member, assert_constant_queries, address):
    terms, systems = ConceptFactory.create_batch(3), ProductFactory.create_batch(2)
    client.force_login(member)

    def grow(number=15):
        for _ in range(number):
            question = QuestionFactory(council=CouncilFactory(), concepts=terms, products=systems)
            InterestFactory(question=question)
            AnswerFactory(question=question, author=question.author)

    grow(5)

    assert_constant_queries(lambda: client.get(address), grow=grow)


# --- A thread ---------------------------------------------------------------------------------


def test_a_thread_shows_who_asked_and_who_answered(client, question, answer, council):
    Question.objects.update(author_job="Team leader")
    question.concepts.set([ConceptFactory(label="Web chat")])
    question.products.set([ProductFactory(name="Dovetail CRM")])

    response = client.get(question.get_absolute_url())

    page = text_of(response)
    assert "Asked by Priya Nair, Team leader" in page
    assert f"Answer 1 from {answer.byline}" in page
    assert f'id="answer-{answer.public_id}"' in page
    assert "Everyone can read this" in page
    assert "Web chat" in page
    assert "Dovetail CRM" in page
    assert "1 council waits for a better answer" in page


def test_a_visitor_is_offered_to_sign_in_and_comes_back_to_answer(client, question):
    page = text_of(client.get(question.get_absolute_url()))

    assert f"/account/login/?next={url('answer', question).replace('/', '%2F')}" in page
    assert "csrfmiddlewaretoken" not in page


def test_a_wrong_slug_leads_to_the_right_one(client, question):
    wrong = reverse("forum:question", kwargs={"public_id": question.public_id, "slug": "an-older-title"})

    assert client.get(wrong).url == question.get_absolute_url()
    assert client.get(url("question_by_id", question)).url == question.get_absolute_url()


def test_a_wrong_slug_tells_nothing_of_a_question_one_may_not_see(client, db):
    secret = QuestionFactory(for_members=True)
    wrong = reverse("forum:question", kwargs={"public_id": secret.public_id, "slug": "x"})
    missing = reverse("forum:question", kwargs={"public_id": "bbbbbbbbbb", "slug": "x"})

    there, nowhere = client.get(wrong), client.get(missing)

    assert there.status_code == nowhere.status_code == 404
    assert text_of(there).replace(secret.public_id, "bbbbbbbbbb") == text_of(nowhere)


def test_a_link_to_an_answer_leads_into_its_thread(client, answer):
    assert client.get(url("answer_by_id", answer)).url == f"{answer.question.get_absolute_url()}#{answer.anchor}"


def test_a_link_to_a_hidden_answer_leads_nowhere(client, answer):
    Answer.objects.update(status=Post.Status.HIDDEN)

    assert client.get(url("answer_by_id", answer)).status_code == 404


def test_a_hidden_answer_is_gone_for_others_and_explained_to_its_author(client, answer, stranger, facilitator, now):
    actions.hide_answer(answer=answer, reason="Names a resident.", by=facilitator, now=now)

    assert answer.body not in text_of(client.get(answer.question.get_absolute_url()))
    client.force_login(stranger)
    page = text_of(client.get(answer.question.get_absolute_url()))
    assert "Hidden by a facilitator on 5 May 2026: Names a resident." in page
    assert "Change your answer" not in page


def test_acceptance_is_said_in_words(client, question, answer, member, now):
    AnswerFactory(question=question, answered_at=now)
    actions.accept(answer=answer, by=member, now=now)

    page = text_of(client.get(question.get_absolute_url()))

    assert f"Answer 1 from {answer.byline}: accepted" in page
    assert "is the accepted one" in page


@pytest.mark.parametrize(
    ("persona", "seen"),
    [
        ("visitor", set()),
        ("pending", set()),
        ("member", {"Accept answer 1", "Change your question", "Withdraw it"}),
        ("colleague", set()),
        ("stranger", {"Change your answer 1", "Withdraw your answer 1", "My council needs this too"}),
        ("editor", set()),
        ("facilitator", {"Accept answer 1", "Hide answer 1", "Hide this question"}),
    ],
)
def test_each_sees_the_buttons_that_would_work(request, client, question, answer, persona, seen):
    buttons = {"Accept answer 1", "Change your question", "Withdraw it", "Change your answer 1", "Withdraw your answer 1"}
    buttons |= {"My council needs this too", "Hide answer 1", "Hide this question"}
    if persona != "visitor":
        client.force_login(request.getfixturevalue(persona))

    page = text_of(client.get(question.get_absolute_url()))

    assert {words for words in buttons if words in page} == seen


def test_a_thread_costs_the_same_however_long_it_gets(client, question, facilitator, assert_constant_queries, now):
    question.concepts.set(ConceptFactory.create_batch(3))
    client.force_login(facilitator)

    def grow(number=45):
        for _ in range(number):
            author = MembershipFactory().user
            answer = AnswerFactory(question=question, author=author, council=author.memberships.get().organisation)
        actions.hide_answer(answer=answer, reason="R", by=facilitator, now=now)

    grow(5)

    assert_constant_queries(lambda: client.get(question.get_absolute_url()), grow=grow)


# --- Asking -----------------------------------------------------------------------------------


def test_a_visitor_signs_in_to_ask_and_comes_back(client, db):
    assert client.get(ASK).url == f"/account/login/?next={ASK}"


def test_a_member_asks_and_lands_on_the_question(client, member):
    ConceptFactory(label="Web chat")
    system = ProductFactory()
    client.force_login(member)

    response = client.post(ASK, {**TYPED, "concepts": ["Web chat"], "products": system.name})

    question = Question.objects.get()
    assert response.url == question.get_absolute_url()
    assert question.audience == Audience.PUBLIC
    assert [str(concept) for concept in question.concepts.all()] == ["Web chat"]
    assert [*question.products.all()] == [system]


def test_pressing_twice_posts_once(client, member):
    client.force_login(member)

    addresses = {client.post(ASK, TYPED).url for _ in range(2)}

    assert addresses == {Question.objects.get().get_absolute_url()}


def test_each_form_carries_a_submission_of_its_own(client, member):
    client.force_login(member)

    first, second = (client.get(ASK).context["form"]["submission"].value() for _ in range(2))

    assert first
    assert first != second


def test_who_can_read_it_is_not_chosen_for_the_asker(client, member):
    client.force_login(member)
    assert "checked" not in text_of(client.get(ASK))

    response = client.post(ASK, {**TYPED, "audience": ""})

    assert "Say who can read it." in text_of(response)
    assert "The *light*." in text_of(response)
    assert not Question.objects.exists()


def test_a_preview_shows_the_text_and_posts_nothing(client, member):
    ConceptFactory(label="Web chat")
    system = ProductFactory()
    client.force_login(member)
    typed = {**TYPED, "title": "", "concepts": ["Web chat"], "products": system.name, "preview": "1"}

    response = client.post(ASK, typed)

    page = text_of(response)
    assert "<p>The <em>light</em>.</p>" in page
    assert page.index("<em>light</em>") < page.index("<textarea")
    assert "The *light*.</textarea>" in page
    assert 'value="Web chat"' in page
    assert f"{system.name}</textarea>" in page
    assert "checked" in page
    assert response.context["form"]["submission"].value() == "abc"
    assert "error-summary" not in page
    assert not Question.objects.exists()


def test_the_preview_by_script_shows_what_will_be_posted(client, member):
    client.force_login(member)
    address = client.get(ASK).context["form"].fields["body"].widget.attrs["data-preview-url"]

    assert text_of(client.post(address, {"source": TYPED["body"]})) == render(TYPED["body"])


def test_a_preview_of_more_than_fits_still_answers(client, member):
    client.force_login(member)

    assert client.post(ASK, {**TYPED, "body": "a" * (MAX_LENGTH + 5), "preview": "1"}).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": " "}, "Write your question in one sentence."),
        ({"title": "a" * 141}, "Keep the sentence to 140 characters: it is 141 long."),
        ({"body": ""}, "Write the details"),
        ({"body": "a" * (MAX_LENGTH + 1)}, "Keep it to 30,000 characters: it is 30001 long."),
        ({"audience": "everybody"}, "Say who can read it."),
        ({"products": "No such system"}, "We know of no “No such system”."),
        ({"concepts": ["No such term"]}, "is not a term in the A to Z"),
    ],
)
def test_what_is_wrong_is_said_in_words(client, member, wrong, words):
    client.force_login(member)

    page = text_of(client.post(ASK, {**TYPED, **wrong}))

    assert words in page
    assert "error-summary" in page
    assert not Question.objects.exists()


def test_a_title_is_one_line(client, member):
    client.force_login(member)

    client.post(ASK, {**TYPED, "title": "Who\r\n  mends it?"})

    assert Question.objects.get().title == "Who mends it?"


def test_who_belongs_nowhere_is_told_what_to_do(client, question):
    client.force_login(UserFactory())

    for response in (client.get(ASK), client.post(ASK, TYPED), client.post(url("answer", question), {"body": "B"})):
        assert response.status_code == 403
        assert "Tell us first which council you work for" in text_of(response)
    assert Question.objects.count() == 1
    assert not Answer.objects.exists()


@pytest.mark.parametrize("persona", ["pending", "supplier_person"])
def test_pending_members_and_suppliers_post_in_public_and_wait_for_a_facilitator(request, client, question, persona):
    client.force_login(request.getfixturevalue(persona))

    asked = client.post(ASK, TYPED, follow=True)
    answered = client.post(url("answer", question), {"body": "B"}, follow=True)

    assert "Waits for a facilitator" in text_of(asked)
    assert "Waits for a facilitator" in text_of(answered)
    assert Question.objects.latest("pk").is_held
    assert Answer.objects.get().is_held
    assert "Members only" not in text_of(client.get(ASK))
    assert client.post(ASK, {**TYPED, "audience": "members"}).status_code == 200
    assert Question.objects.count() == 2


# --- Answering, and the rest ------------------------------------------------------------------


def test_a_member_answers_once_however_often_they_press(client, question, stranger):
    client.force_login(stranger)

    addresses = {client.post(url("answer", question), {"body": "We do.", "submission": "abc"}).url for _ in range(2)}

    assert addresses == {Answer.objects.get().get_absolute_url()}


def test_an_answer_that_fails_keeps_its_text_and_can_be_previewed(client, question, stranger):
    client.force_login(stranger)

    empty = client.post(url("answer", question), {"body": " "})
    preview = client.post(url("answer", question), {"body": "*We* do.", "preview": "1"})

    assert "Write your answer first." in text_of(empty)
    assert "<em>We</em> do." in text_of(preview)
    assert not Answer.objects.exists()


def test_after_signing_in_the_answer_page_is_there(client, question, stranger):
    client.force_login(stranger)

    assert "Everyone on the web can read your answer" in text_of(client.get(url("answer", question)))


MAY = {
    # action: (of what, personas who may, personas who see it but may not)
    "edit_question": ("question", {"member"}, {"colleague", "stranger", "editor", "facilitator", "pending", "supplier_person"}),
    "withdraw_question": ("question", {"member"}, {"colleague", "stranger", "editor", "facilitator", "pending"}),
    "edit_answer": ("answer", {"stranger"}, {"member", "colleague", "editor", "facilitator", "pending"}),
    "withdraw_answer": ("answer", {"stranger"}, {"member", "colleague", "editor", "facilitator", "pending"}),
    "accept": ("answer", {"member", "facilitator", "administrator"}, {"colleague", "stranger", "editor", "pending"}),
    "unaccept": ("answer", {"member", "facilitator", "administrator"}, {"colleague", "stranger", "editor", "pending"}),
    "hide_question": ("question", {"facilitator", "administrator"}, {"member", "colleague", "stranger", "editor", "pending"}),
    "hide_answer": ("answer", {"facilitator", "administrator"}, {"member", "stranger", "editor", "pending"}),
    "unhide_question": ("question", {"facilitator", "administrator"}, {"member", "stranger", "editor", "pending"}),
    "unhide_answer": ("answer", {"facilitator", "administrator"}, {"member", "stranger", "editor", "pending"}),
    "need_this_too": ("question", {"stranger"}, {"member", "colleague", "editor", "pending", "supplier_person"}),
    "no_longer_need": ("question", {"stranger", "member", "pending"}, set()),
    "answer": (
        "question",
        {"member", "stranger", "lead", "editor", "facilitator", "administrator", "pending", "supplier_person"},
        set(),
    ),
}
SENT = {"title": "New title", "body": "New text.", "reason": "A reason."}


@pytest.mark.parametrize(("name", "persona"), [(name, persona) for name, (_, may, _) in MAY.items() for persona in sorted(may)])
def test_each_may_do_what_is_theirs_to_do(request, client, question, answer, name, persona):
    client.force_login(request.getfixturevalue(persona))
    post = question if MAY[name][0] == "question" else answer

    assert client.post(url(name, post), SENT).status_code == 302


@pytest.mark.parametrize(("name", "persona"), [(name, persona) for name, (_, _, not_) in MAY.items() for persona in sorted(not_)])
def test_nobody_may_do_what_is_not(request, client, question, answer, name, persona):
    client.force_login(request.getfixturevalue(persona))
    post = question if MAY[name][0] == "question" else answer

    assert client.post(url(name, post), SENT).status_code == 403

    question.refresh_from_db()
    answer.refresh_from_db()
    assert (question.status, answer.status) == (Post.Status.OPEN, Post.Status.OPEN)
    assert (question.title, question.edited_at, answer.edited_at) == ("Who mends the street light?", None, None)
    assert not question.marks.exists()
    assert not Interest.objects.exists()


@pytest.mark.parametrize("name", sorted(MAY))
def test_a_visitor_is_sent_to_sign_in_and_back_to_a_page_that_opens(client, question, answer, member, name):
    post = question if MAY[name][0] == "question" else answer

    address = client.post(url(name, post), SENT).url
    assert address.startswith("/account/login/?next=/question-time/")

    client.force_login(member)
    assert client.get(address.partition("next=")[2], follow=True).status_code in {200, 403}


@pytest.mark.parametrize("name", sorted(MAY))
def test_what_one_may_not_see_one_cannot_touch(client, name, supplier_person):
    secret = AnswerFactory(question=QuestionFactory(for_members=True))
    client.force_login(supplier_person)
    post = secret.question if MAY[name][0] == "question" else secret

    assert client.post(url(name, post), SENT).status_code == 404


@pytest.mark.parametrize("name", ["accept", "unaccept", "need_this_too", "no_longer_need", "unhide_question", "unhide_answer"])
def test_a_link_followed_changes_nothing(client, question, answer, facilitator, name):
    client.force_login(facilitator)
    post = question if MAY[name][0] == "question" else answer

    assert client.get(url(name, post)).status_code == 405


@pytest.mark.parametrize(
    "name", ["edit_question", "withdraw_question", "hide_question", "edit_answer", "withdraw_answer", "hide_answer"]
)
def test_every_form_is_drawn(client, question, answer, member, stranger, facilitator, name):
    persona = facilitator if "hide" in name else member if "question" in name else stranger
    client.force_login(persona)
    post = question if MAY[name][0] == "question" else answer

    response = client.get(url(name, post))

    assert response.status_code == 200
    assert "<form" in text_of(response)
    post.refresh_from_db()
    assert post.status == Post.Status.OPEN


def test_editing_begins_with_what_is_there(client, question, member):
    term, system = ConceptFactory(label="Web chat"), ProductFactory()
    question.concepts.set([term])
    question.products.set([system])
    client.force_login(member)

    page = text_of(client.get(url("edit_question", question)))

    assert 'value="Who mends the street light?"' in page
    assert 'value="Web chat"' in page
    assert f"{system.name}</textarea>" in page


def test_a_question_says_that_it_was_changed(client, question, member):
    client.force_login(member)

    response = client.post(url("edit_question", question), SENT, follow=True)

    assert "changed on" in text_of(response)
    assert "New title" in text_of(response)


def test_hiding_needs_a_reason(client, question, facilitator):
    client.force_login(facilitator)

    response = client.post(url("hide_question", question), {"reason": ""})

    assert "Say why, so that the author knows." in text_of(response)
    assert Question.objects.open().exists()


def test_saying_that_ones_council_needs_it_can_be_taken_back(client, question, stranger):
    client.force_login(stranger)

    said = client.post(url("need_this_too", question), follow=True)
    assert "2 councils wait for an answer" in text_of(said)

    taken_back = client.post(url("no_longer_need", question), follow=True)
    assert "1 council waits for an answer" in text_of(taken_back)


def test_an_answer_under_a_withdrawn_question_can_be_reached_by_nobody_but_moderators(client, answer, stranger, now):
    actions.withdraw_question(question=answer.question, by=answer.question.author, now=now)
    client.force_login(stranger)

    assert client.post(url("edit_answer", answer), SENT).status_code == 404


def test_its_author_cannot_answer_a_hidden_question(client, question, member, facilitator, now):
    actions.hide_question(question=question, reason="R", by=facilitator, now=now)
    client.force_login(member)

    response = client.get(url("answer", question))

    assert response.status_code == 403
    assert "takes no answers" in text_of(response)


# --- What people write ------------------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "<javascript:alert(1)>",
    "![x](https://tracker.example/pixel.gif)",
    '<a href="https://x.example" onclick="alert(1)" style="color:red">x</a>',
    "<svg/onload=alert(1)>",
    "<style>body{display:none}</style>",
    '[x](https://x.example "\\" onmouseover=alert(1) x=\\"")',
    "</textarea><script>alert(1)</script>",
    "```\n</code></pre><script>alert(1)</script>\n```",
]


class Live(HTMLParser):
    """What of a page would do something in a browser."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        loads = values.get("src", values.get("href", ""))
        if tag in {"script", "link", "img", "iframe", "style"} and not loads.startswith(("/static/", "/question-time/feeds/")):
            self.found.append(tag)
        self.found += [name for name in values if name.startswith("on") or name == "style"]
        if not values.get("href", "/").startswith(("/", "#", "?", "https://")):
            self.found.append(values["href"])


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_anybody_writes_comes_alive(client, member, now, text):
    question = actions.ask(title=f"{text} ?"[:140], body=text, audience=Audience.PUBLIC, by=member, now=now)
    actions.answer(question=question, body=text, by=member, now=now)
    client.force_login(member)

    for address in (question.get_absolute_url(), url("edit_question", question), url("withdraw_question", question), LIST):
        assert Live(text_of(client.get(address))).found == []


def test_the_check_for_live_markup_finds_some():
    assert Live('<img src="x" onerror="a"><a href="javascript:a" style="b">c</a>').found == [
        "img",
        "onerror",
        "style",
        "javascript:a",
    ]


@pytest.mark.parametrize(
    "pattern",
    [
        "[",
        "![",
        "*",
        "_a",
        "**a",
        "`",
        "> ",
        "- ",
        "<",
        "&",
        "a](",
        "[a](",
        "\\",
        "|a",
        "~~a",
        "[a]: b\n",
        "\n\n- a\n",
        "1. ",
        "(",
        "<!--",
    ],
)
def test_hostile_markdown_renders_in_bounded_time(pattern):
    source = (pattern * MAX_LENGTH)[:MAX_LENGTH]

    assert least_spent(lambda: render(source), below=2) < 2
