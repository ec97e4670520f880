from __future__ import annotations

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from hub.core import personal_data
from hub.members import actions
from hub.members.models import LONGEST_ABOUT, Profile, ProfileConcept
from taxonomy import actions as taxonomy
from tests.factories.members import ProfileFactory
from tests.factories.taxonomy import ConceptFactory

BACKEND = "hub.members.backends.SignInBackend"
FORM, PHOTO, REMOVE = "/account/profile/", "/account/profile/photo/", "/account/profile/photo/remove/"
NAMES = {"first_name": "Priya", "last_name": "Nair"}

pytestmark = pytest.mark.django_db


def picture(kind: str = "JPEG", size: tuple[int, int] = (900, 600), name: str = "me.jpg", **options) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return SimpleUploadedFile(name, out.getvalue())


def opened(response) -> Image.Image:
    return Image.open(io.BytesIO(b"".join(response.streaming_content)))


def stored() -> list[str]:
    return default_storage.listdir("profile-photos")[1] if default_storage.exists("profile-photos") else []


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def as_member(client, member):
    client.force_login(member, backend=BACKEND)
    return client


@pytest.fixture
def with_photo(member, now, django_capture_on_commit_callbacks):
    photo = ContentFile(picture().read(), name="me.jpg")
    with django_capture_on_commit_callbacks(execute=True):
        return actions.set_photo(user=member, photo=photo, by=member, now=now)


def photo_url(user) -> str:
    name = Profile.objects.get(user=user).photo.name.rpartition("/")[2]
    return reverse("members:photo", kwargs={"public_id": user.public_id, "name": name})


# --- What somebody tells -------------------------------------------------------------------------------------------------------


def test_saving_makes_the_profile_and_changes_name_and_job(as_member, member):
    offer, interest = ConceptFactory(label="Channel shift"), ConceptFactory(label="E-forms")
    answers = {
        "first_name": " Priya  Anne ",
        "last_name": "Nair",
        "job_role": "Analyst",
        "about": "I **count** contacts.",
        "offers": ["channel shift"],
        "interests": ["E-forms"],
        "phone": "01632 960 001",
        "shows_phone": "on",
    }

    response = as_member.post(FORM, answers)

    member.refresh_from_db()
    profile = member.profile
    assert response["Location"] == f"/members/{member.public_id}/"
    assert (member.get_full_name(), member.memberships.get().job_role) == ("Priya Anne Nair", "Analyst")
    assert profile.about_html == "<p>I <strong>count</strong> contacts.</p>\n"
    assert (profile.phone, profile.shows_phone, profile.shows_email, profile.shows_photo) == ("01632 960 001", True, False, False)
    assert {(tag.kind, tag.concept) for tag in profile.concept_tags.all()} == {("offer", offer), ("interest", interest)}


def test_one_may_offer_and_be_interested_in_the_same_and_change_ones_mind(member, now):
    concept = ConceptFactory()
    saved = {"user": member, **NAMES, "fields": {}, "by": member, "now": now}

    actions.save_profile(**saved, offers=[concept], interests=[concept])
    actions.save_profile(**saved, offers=[], interests=[concept])

    assert [tag.kind for tag in ProfileConcept.objects.all()] == ["interest"]


def test_by_default_email_and_telephone_are_hidden_and_the_rest_is_shown(as_member):
    content = as_member.get(FORM).content.decode()

    ticked = {name for name in ("email", "phone", "photo", "interests", "job_role") if f'name="shows_{name}"' in content}
    checked = {name for name in ticked if "checked" in content.split(f'name="shows_{name}"')[1].split(">")[0]}
    assert checked == {"photo", "interests", "job_role"}


def test_the_form_shows_what_was_saved(as_member, member):
    ProfileFactory(user=member, about="I count contacts.", offers=[ConceptFactory(label="Channel shift")])

    content = as_member.get(FORM).content.decode()

    assert "I count contacts." in content
    assert 'value="Channel shift"' in content


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"first_name": ""}, "Write your first name."),
        ({"phone": "call me"}, "Write a telephone number in figures"),
        ({"offers": ["Chanel shift"]}, "Did you mean “Channel shift”?"),
        ({"about": "x" * (LONGEST_ABOUT + 1)}, "at most 2000 characters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(as_member, wrong, words):
    ConceptFactory(label="Channel shift")

    content = as_member.post(FORM, {**NAMES, "about": "Typed and kept.", **wrong}).content.decode()

    assert words in content
    assert "Error: " in content
    assert next(iter(wrong)) == "about" or "Typed and kept." in content
    assert not Profile.objects.exists()


@pytest.mark.parametrize("phone", ["01632 960001", "+44 1632 960 001", "(01632) 960-001 ext 12", ""])
def test_a_telephone_number_may_be_written_as_people_write_it(as_member, member, phone):
    as_member.post(FORM, {**NAMES, "phone": phone})

    assert member.profile.phone == phone


def test_markup_in_about_is_text(as_member, member):
    as_member.post(FORM, {**NAMES, "about": "<script>alert(1)</script> [x](javascript:alert(1))"})

    content = as_member.get(f"/members/{member.public_id}/").content.decode()
    assert "<script>alert" not in content
    assert 'href="javascript' not in content


def test_an_editor_without_a_council_has_a_profile_without_a_job(client, editor):
    client.force_login(editor, backend=BACKEND)

    assert 'name="job_role"' not in client.get(FORM).content.decode()
    assert client.post(FORM, NAMES).status_code == 302


@pytest.mark.parametrize("persona", ["pending", "supplier_person"])
def test_somebody_who_waits_may_fill_it_in_already(request, client, persona):
    client.force_login(request.getfixturevalue(persona), backend=BACKEND)

    assert client.post(FORM, NAMES, follow=True).status_code == 200


@pytest.mark.parametrize("address", [FORM, PHOTO, REMOVE])
def test_a_visitor_signs_in_first(client, address):
    assert client.get(address)["Location"] == f"/account/login/?next={address}"


def test_fields_that_no_profile_has_are_refused(member, now):
    with pytest.raises(ValueError, match="is_active"):
        actions.save_profile(user=member, **NAMES, fields={"is_active": False}, by=member, now=now)


def test_the_account_page_tells_who_sees_what(as_member, member):
    ProfileFactory(user=member, phone="01632 960 001", offers=[ConceptFactory(label="Channel shift")])

    content = as_member.get("/account/").content.decode()

    assert "Channel shift" in content
    assert "only you see this" in content


# --- The photo ---------------------------------------------------------------------------------------------------------------


def test_a_photo_is_made_square_and_small_and_forgets_where_it_was_taken(as_member, member, django_capture_on_commit_callbacks):
    exif = Image.Exif()
    exif[0x010E] = "Quillwort camera"

    with django_capture_on_commit_callbacks(execute=True):
        response = as_member.post(PHOTO, {"photo": picture(exif=exif, comment=b"Quillwort", name="../../quillwort.jpg")})

    assert response["Location"] == PHOTO
    assert "quillwort" not in photo_url(member)
    shown = as_member.get(photo_url(member))
    content = b"".join(shown.streaming_content)
    assert Image.open(io.BytesIO(content)).size == (480, 480)
    assert b"Quillwort" not in content
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Cache-Control"].startswith("private")


@pytest.mark.parametrize("file", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"no picture", b""])
def test_what_is_no_photo_is_refused_and_not_kept(as_member, file):
    response = as_member.post(PHOTO, {"photo": SimpleUploadedFile("me.jpg", file)})

    assert response.status_code == 200
    assert response.context["form"].errors
    assert stored() == []


def test_members_see_a_photo_and_outsiders_do_not(client, with_photo, member, stranger, pending, supplier_person):
    address = photo_url(member)
    assert client.get(address).status_code == 404

    for person, status in ((stranger, 200), (pending, 404), (supplier_person, 404)):
        client.force_login(person, backend=BACKEND)
        response = client.get(address)
        assert response.status_code == status
        b"".join(response)


def test_a_photo_kept_back_is_its_owners_only(client, with_photo, member, stranger):
    Profile.objects.update(shows_photo=False)
    address = photo_url(member)

    client.force_login(stranger, backend=BACKEND)
    assert client.get(address).status_code == 404
    assert address.encode() not in client.get(f"/members/{member.public_id}/").content

    client.force_login(member, backend=BACKEND)
    assert opened(client.get(address)).size == (900, 600)


def test_a_photo_is_at_no_address_of_the_media_folder(as_member, with_photo):
    assert as_member.get(f"/media/{with_photo.photo.name}").status_code == 404
    assert as_member.get(f"/media/images/{with_photo.photo.name}").status_code == 404


def test_a_new_photo_takes_the_place_of_the_old_one(as_member, with_photo, member, django_capture_on_commit_callbacks):
    old = photo_url(member)

    with django_capture_on_commit_callbacks(execute=True):
        as_member.post(PHOTO, {"photo": picture("PNG", name="new.png")})

    assert as_member.get(old).status_code == 404
    assert stored() == [photo_url(member).rpartition("/")[2]]


def test_a_photo_is_removed_after_asking(as_member, with_photo, member, django_capture_on_commit_callbacks):
    assert "Remove your photo?" in as_member.get(REMOVE).content.decode()
    assert len(stored()) == 1

    with django_capture_on_commit_callbacks(execute=True):
        as_member.post(REMOVE)

    assert stored() == []
    assert Profile.objects.get(user=member).photo.name == ""
    assert as_member.get(REMOVE)["Location"] == PHOTO


def test_a_photo_whose_file_is_lost_answers_as_missing(as_member, with_photo, member):
    default_storage.delete(with_photo.photo.name)

    assert as_member.get(photo_url(member)).status_code == 404


# --- What the hub holds ------------------------------------------------------------------------------------------------------


def test_the_export_has_the_profile_and_its_photo(with_photo, member):
    ProfileConcept.objects.create(profile=with_photo, concept=ConceptFactory(label="Channel shift"), kind="offer")

    data = personal_data.export(member)["hub.members"]["profile"]

    assert data["happy_to_be_asked_about"] == ["Channel shift"]
    assert data["shown_to_members"] == ["job_role", "interests", "photo"]
    assert [file.path for file in personal_data.files(member)] == ["profile/photo.jpg"]


def test_erasing_takes_profile_terms_and_photo(with_photo, member, django_capture_on_commit_callbacks):
    ProfileConcept.objects.create(profile=with_photo, concept=ConceptFactory(), kind="offer")

    with django_capture_on_commit_callbacks(execute=True):
        personal_data.erase(member)

    assert not Profile.objects.exists()
    assert not ProfileConcept.objects.exists()
    assert stored() == []


def test_a_merged_term_takes_profiles_with_it_each_kind_apart(member, editor, now):
    old, new = ConceptFactory(label="Channel change"), ConceptFactory(label="Channel shift")
    profile = ProfileFactory(user=member, offers=[old], interests=[old, new])

    taxonomy.merge(concepts=[old], into=new, by=editor, now=now, reason="The same thing.")

    assert sorted((tag.kind, tag.concept.label) for tag in profile.concept_tags.all()) == [
        ("interest", "Channel shift"),
        ("offer", "Channel shift"),
    ]
