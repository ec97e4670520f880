"""Somebody closes their account: nothing by which they could be known is left in any table, file, index, cache or session."""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialToken
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client, TestCase
from modelsearch.backends import get_search_backends
from wagtail.admin.models import EditingSession, FormState
from wagtail.models import Comment, CommentReply, ModelLogEntry, PageLogEntry, PageSubscription, UploadedFile
from wagtail.users.models import UserProfile

from forum import actions as forum
from forum.models import AnswerMark
from hub.accounts.models import User
from hub.core.audience import Audience
from hub.desk.models import Claim, DeskEntry
from hub.mail import actions as mail
from hub.mail import sender
from hub.mail.models import Delivery, Lane, Message, OptOut
from hub.mail.recipients import Recipient, address_hash
from hub.members import actions
from hub.members.models import Complaint, Consent, Profile, Role, SupplierClaim, Suspension
from hub.search import outbox
from stepshare.models import Installation, Product
from tests.factories.accounts import UserFactory
from tests.factories.bulletin import BulletinIssueFactory, SubscriberFactory
from tests.factories.desk import ReportFactory
from tests.factories.forum import AnswerFactory, QuestionFactory
from tests.factories.mail import ScriptedTransport
from tests.factories.members import ComplaintFactory, ConsentFactory, MembershipFactory, OfficeFactory
from tests.factories.pages import BriefingPaperIndexPageFactory, BriefingPaperPageFactory
from tests.factories.stepshare import InstallationFactory, ProjectFactory

pytestmark = pytest.mark.django_db

CANARY = "zanthorpe"  # part of every name, address, note and file of this person, and of nothing else
ADDRESS, SECOND = f"ida.{CANARY}@ambleford.example", f"{CANARY}@home.example"
BACKEND = "hub.members.backends.SignInBackend"

# Rows that stay, with their dates, and lead to an account of which nothing is left.
STAY = {
    "members.Membership.user",  # that the council had a member
    "members.Membership.approved_by",
    "members.Membership.ended_by",
    "members.Office.user",  # that somebody held the office
    "members.Office.granted_by",
    "members.SupplierClaim.user",
    "members.SupplierClaim.decided_by",
    "members.Suspension.user",  # who kept whom out is read by administrators
    "members.Suspension.suspended_by",
    "members.Suspension.lifted_by",
    "wagtailcore.Comment.user",  # what was said of a draft; Wagtail's column takes no null
    "wagtailcore.CommentReply.user",
}


@pytest.fixture(autouse=True)
def nothing_on_disk() -> Iterator[None]:
    """Files and indexes outlive the transaction of a test."""
    yield
    for backend in get_search_backends():
        backend.store.clear()
    for name in _in_files():
        (Path(settings.DATA_DIR) / name).unlink()


@pytest.fixture
def ida(council, now) -> User:
    """A member, lead, editor and facilitator who has left a trace wherever there is a place for one."""
    ida: User = UserFactory(email=ADDRESS, first_name="Ida", last_name=CANARY.capitalize())
    EmailAddress.objects.create(user=ida, email=ADDRESS, verified=True, primary=True)
    second = EmailAddress.objects.create(user=ida, email=SECOND, verified=True)
    EmailConfirmation.objects.create(email_address=second, key="key")
    _belongs(ida, council, now)
    _signs_in(ida)
    _writes(ida, now)
    _sits_at_the_desk(ida, now)
    _edits(ida)
    _is_written_to(ida, council, now)
    _is_known_to_us(ida, now)
    return ida


def _belongs(ida: User, council: Any, now: dt.datetime) -> None:
    membership = MembershipFactory(
        user=ida, organisation=council, is_lead=True, job_role=f"Keeper of {CANARY}", reason=f"I am {CANARY}"
    )
    MembershipFactory(user=ida, job_role=CANARY, ended_at=now, ending_note=f"{CANARY} moved", approved_by=ida)
    for role in (Role.EDITOR, Role.FACILITATOR):
        OfficeFactory(user=ida, role=role)
    assert membership.role == Role.LEAD
    SupplierClaim.objects.create(user=ida, supplier_name=f"{CANARY} Ltd", job_role=CANARY, reason=CANARY, asked_at=now)
    Suspension.objects.create(user=ida, reason=f"{CANARY} was away", started_at=now - dt.timedelta(days=9), ended_at=now)
    profile = Profile.objects.create(user=ida, about=f"I am {CANARY}", about_html=f"<p>{CANARY}</p>", phone=CANARY, changed_at=now)
    profile.photo.save(f"{CANARY}.jpg", ContentFile(f"picture of {CANARY}".encode()))


def _signs_in(ida: User) -> None:
    """And began to elsewhere, without ending it."""
    client = Client(headers={"user-agent": f"{CANARY}'s browser"})
    client.force_login(ida, backend=BACKEND)
    UserSession.objects.get_or_create(
        session_key=client.session.session_key, defaults={"user": ida, "ip": "192.0.2.7", "user_agent": f"{CANARY}'s browser"}
    )
    half_way = Client()
    session = half_way.session
    session["account_login"] = {"email": SECOND, "user_pk": ida.pk}
    session.save()
    Authenticator.objects.create(user=ida, type=Authenticator.Type.TOTP, data={"secret": CANARY})
    elsewhere = SocialAccount.objects.create(user=ida, provider="council", uid=CANARY, extra_data={"name": CANARY})
    SocialToken.objects.create(account=elsewhere, token=CANARY)


def _writes(ida: User, now: dt.datetime) -> None:
    question = QuestionFactory(author=ida, author_job=f"Keeper of {CANARY}", title="Who counts?")
    answer = AnswerFactory(author=ida, author_job=CANARY, question__title="Who else counts?")
    forum.need_this_too(question=answer.question, by=ida, now=now)
    forum.accept(answer=AnswerFactory(question=question), by=ida, now=now)
    forum.hide_answer(answer=AnswerFactory(question=question), reason="Not here", by=ida, now=now)
    forum.comment(on=question, body="Which one?", by=ida, now=now)
    forum.edit_answer(answer=answer, body="Put better.", by=ida, now=now)
    forum.mark_for_council(answer=AnswerFactory(question=question), kind=AnswerMark.Kind.WORKED, by=ida, now=now)
    forum.mark_all_read(by=ida, now=now)
    forum.has_read(answer.question, by=ida, now=now)
    forum.make_feed_link(by=ida, now=now)
    InstallationFactory(entered_by=ida, last_confirmed_by=ida)
    ProjectFactory(entered_by=ida)
    Product.objects.update(entered_by=ida)


def _sits_at_the_desk(ida: User, now: dt.datetime) -> None:
    """What waits keeps its words until it has been decided, so the person stands in no word of that."""
    who = {"reporter": ida, "name": CANARY, "address": ADDRESS}
    decided = ReportFactory(**who, text=CANARY, state="dismissed", answer=f"Dear {CANARY}", decided_at=now, decided_by=ida)
    waits = ReportFactory(**who)
    Claim.objects.create(tray="report", key=waits.public_id, claimed_by=ida, claimed_at=now, expires_at=now)
    DeskEntry.objects.create(tray="report", key=decided.public_id, decision="dismiss", reason="It is so.", by=ida, at=now)


def _edits(ida: User) -> None:
    page = BriefingPaperPageFactory(parent=BriefingPaperIndexPageFactory(), owner=ida, locked=True, locked_by=ida)
    page.save_revision(user=ida, log_action=True)
    PageLogEntry.objects.log_action(page, "wagtail.edit", user=ida)
    ModelLogEntry.objects.log_action(ida, "wagtail.edit", user=ida, title=str(ida), data={"email": ADDRESS})
    comment = Comment.objects.create(page=page, user=ida, text="Shorter?", contentpath="title", resolved_by=ida)
    CommentReply.objects.create(comment=comment, user=ida, text="Yes")
    PageSubscription.objects.create(page=page, user=ida, comment_notifications=True)
    of_page = {"content_type": ContentType.objects.get_for_model(page), "object_id": str(page.pk)}
    EditingSession.objects.create(user=ida, last_seen_at=page.latest_revision_created_at, **of_page)
    FormState.objects.create(user=ida, data={"title": CANARY}, last_updated_at=page.latest_revision_created_at, **of_page)
    profile = UserProfile.objects.create(user=ida)
    profile.avatar.save(f"{CANARY}.png", ContentFile(CANARY.encode()))
    upload = UploadedFile(uploaded_by_user=ida, for_content_type=of_page["content_type"])
    upload.file.save(f"{CANARY}.csv", ContentFile(CANARY.encode()))


def _is_written_to(ida: User, council: Any, now: dt.datetime) -> None:
    """One mail that went, one that waits; two to others that speak of the person, one of which waits too."""
    SubscriberFactory(email=SECOND)
    BulletinIssueFactory(composed_by=ida)
    went = _post("went", ADDRESS, f"Dear Ida {CANARY}", "Hello", now)
    lead = _post("lead", "lead@ambleford.example", f"Ida {CANARY.capitalize()} waits", f"Let {ADDRESS} in.", now)
    sender.drain(Lane.NOTICE, ScriptedTransport(), now)
    assert {went.deliveries.get().state, lead.deliveries.get().state} == {Delivery.State.ACCEPTED}
    _post("waits", ADDRESS, "Not yet", f"Dear {CANARY}", now, posted_by=ida)
    _post(
        "lead waits", "lead@ambleford.example", "Somebody waits", f"It is Ida {CANARY.capitalize()}, from a long line of them.", now
    )
    mail.opt_out(ADDRESS, "events", now)


def _post(key: str, to: str, subject: str, text: str, now: dt.datetime, posted_by: User | None = None) -> Message:
    return mail.post(
        key=key,
        stream="notices",
        lane=Lane.NOTICE,
        subject=subject,
        text=text,
        recipients=[Recipient(to, {})],
        by=posted_by,
        now=now,
    )


def _is_known_to_us(ida: User, now: dt.datetime) -> None:
    ConsentFactory(user=ida)
    ComplaintFactory(sender=ida, name=CANARY, address=ADDRESS, text=CANARY, answered=True, answer=f"Dear {CANARY}")
    Complaint.objects.filter(sender=ida).update(answered_by=ida)


@pytest.fixture
def closed(ida, now) -> User:
    """The account is closed and the worker has done what it does."""
    drain(now)
    assert len(found()) > 30, "what is to be forgotten is there"
    with TestCase.captureOnCommitCallbacks(execute=True):
        actions.close_account(user=ida, by=ida, now=now)
    drain(now)
    ida.refresh_from_db()
    return ida


def drain(now: dt.datetime) -> None:
    while outbox.drain(now):
        pass


def found() -> list[str]:
    """Every place that holds the canary, a column or a file."""
    return sorted({*_in_tables(), *_in_sessions(), *_in_files(), *_in_cache()})


def _in_tables() -> Iterator[str]:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our own tables
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                yield from (f"{table}.{column}" for column, value in zip(columns, row, strict=True) if is_in(value))


def is_in(value: object) -> bool:
    text = bytes(value).decode(errors="replace") if isinstance(value, bytes | memoryview) else str(value)
    return CANARY in text.lower()


def _in_sessions() -> Iterator[str]:
    yield from (f"session {session.pk}" for session in Session.objects.all() if is_in(session.get_decoded()))


def _in_files() -> Iterator[str]:
    for folder in (settings.MEDIA_ROOT, settings.SEARCH_INDEX_DIR, settings.HUB_MAIL["folder"]):
        for path in Path(folder).rglob("*"):
            if path.is_file() and (CANARY in path.name.lower() or is_in(path.read_bytes())):
                yield str(path.relative_to(settings.DATA_DIR))


def _in_cache() -> Iterator[str]:
    for key, value in cache._cache.items():
        if is_in(key) or is_in(pickle.loads(value)):  # noqa: S301 - our own
            yield f"cache {key}"


# --- What has to hold -------------------------------------------------------------------------------


def test_nothing_is_left_by_which_they_could_be_known(closed, now):
    """The farewell waits for its few seconds, then its address goes too."""
    assert found() == ["mail_delivery.address"]

    sender.drain(Lane.SIGN_IN, transport := ScriptedTransport(), now)
    mail.blank_old(now)

    assert transport.recipients == [ADDRESS]
    assert found() == []


def test_no_row_leads_to_them_but_those_that_say_only_when(closed):
    """Asked of every foreign key there is, so that one that comes later is asked too."""
    left = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if field.related_model is User and model._base_manager.filter(**{field.name: closed}).exists()
    }

    assert left - STAY == set()


def test_what_they_wrote_stays_under_no_name(closed, client):
    content = client.get(closed_question().get_absolute_url()).content.decode()

    assert "A former member" in content
    assert Installation.objects.count() == 1


def closed_question() -> Any:
    from forum.models import Question

    return Question.objects.get(title="Who counts?")


def test_keyed_hashes_stay_so_that_what_was_refused_stays_refused(closed, now):
    consent = Consent.objects.get()

    assert (consent.user, consent.address_hash, consent.withdrawn_at is None) == (None, address_hash(ADDRESS), False)
    assert OptOut.objects.filter(address_hash=address_hash(ADDRESS)).exists()
    assert Delivery.objects.filter(address_hash=address_hash(ADDRESS), message__key="went").exists()


def test_mail_about_them_that_waits_is_called_off_and_other_mail_is_left_alone(ida, now):
    other = _post("other", "lead@ambleford.example", "Idaho", "Somebody else, from Zanthorpes.", now)

    actions.close_account(user=ida, by=ida, now=now)

    states = dict(Delivery.objects.values_list("message__key", "state"))
    assert (states["waits"], states["lead waits"], states["other"]) == ("skipped", "skipped", "queued")
    other.refresh_from_db()
    assert other.template


def test_nobody_signs_in_as_them_again(ida, now):
    client = Client()
    client.force_login(ida, backend=BACKEND)

    actions.close_account(user=ida, by=ida, now=now)

    assert client.get("/account/")["Location"].startswith("/account/login/")


def test_a_complaint_that_waits_keeps_the_address_its_answer_goes_to_until_it_has_been_sent(ida, facilitator, now):
    complaint = ComplaintFactory(sender=ida, address=ADDRESS, name=CANARY, text=CANARY)
    with TestCase.captureOnCommitCallbacks(execute=True):
        actions.close_account(user=ida, by=ida, now=now)
    sender.drain(Lane.SIGN_IN, ScriptedTransport(), now)
    mail.blank_old(now)
    assert found() == [f"members_complaint.{column}" for column in ("address", "name", "text")]

    actions.answer_complaint(complaint=complaint, text="It is gone.", by=facilitator, now=now)
    actions.blank_complaints(now=now)

    complaint.refresh_from_db()
    assert (complaint.address, complaint.text, complaint.answer) == ("", "", "")


def test_two_people_from_one_council_can_both_go(council, now):
    for _ in range(2):
        user = MembershipFactory(organisation=council).user
        QuestionFactory(author=user, audience=Audience.PUBLIC)
        actions.close_account(user=user, by=user, now=now)

    assert User.objects.filter(email__startswith="erased-").count() == 2
