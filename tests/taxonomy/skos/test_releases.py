from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from rdflib import Graph, Literal
from rdflib.namespace import OWL

from taxonomy.actions import Refused, releases
from taxonomy.models import Label, SchemeRelease
from tests.conftest import NOW
from tests.factories.taxonomy import ConceptFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre():
    return ConceptFactory(label="Contact centre", also=["Call centre"])


def released(scheme, number, by) -> SchemeRelease:
    draft = releases.draft_release(scheme=scheme, number=number, notes="Better.", by=by, now=NOW)
    return releases.freeze(release=draft, by=by, now=NOW + dt.timedelta(minutes=len(number)))


def test_a_release_keeps_the_terms_as_they_were_with_their_hash(centre, editor, client):
    ConceptFactory(label="Metaverse", status="candidate")
    release = released(centre.scheme, "1.0", editor)

    response = client.get("/a-z/releases/council-crm/1.0/file.ttl")

    assert hashlib.sha256(response.content).hexdigest() == release.sha256
    assert releases.is_as_released(release)
    assert (None, OWL.versionInfo, Literal("1.0")) in Graph().parse(data=response.content, format="turtle")
    assert b"Contact centre" in response.content
    assert b"Metaverse" not in response.content


@pytest.mark.parametrize("change", ["update", "save", "delete"])
def test_nobody_changes_a_release_any_more(centre, editor, change):
    release = released(centre.scheme, "1.0", editor)
    release.notes = "Otherwise."
    ways = {
        "update": lambda: SchemeRelease.objects.update(turtle="other"),
        "save": release.save,
        "delete": lambda: SchemeRelease.objects.all().delete(),
    }

    with (
        pytest.raises((IntegrityError, ProtectedError), match=r"taxonomy_release_is_immutable|that is out stays"),
        transaction.atomic(),
    ):
        ways[change]()

    assert SchemeRelease.objects.get().notes == "Better."


def test_a_release_is_given_out_once_and_a_number_once(centre, editor):
    release = released(centre.scheme, "1.0", editor)

    with pytest.raises(Refused, match="out already"):
        releases.freeze(release=release, by=editor, now=NOW)
    with pytest.raises(Refused, match="out already"):
        releases.open_for_comment(release=release, until=NOW + dt.timedelta(days=9), by=editor, now=NOW)
    with pytest.raises(Refused, match="another number"):
        releases.draft_release(scheme=centre.scheme, number="1.0", notes="", by=editor, now=NOW)


def test_a_draft_is_editors_alone_until_it_is_open_for_comment(centre, editor, client):
    draft = releases.draft_release(scheme=centre.scheme, number="2", notes="", by=editor, now=NOW)
    address = "/a-z/releases/council-crm/2/"
    assert client.get(address).status_code == 404

    releases.open_for_comment(release=draft, until=NOW + dt.timedelta(days=14), by=editor, now=NOW)

    assert "Open for comment until 19 May 2026" in client.get(address).content.decode()
    assert "Open for comment" in client.get("/a-z/releases/").content.decode()
    assert client.get(f"{address}file.ttl").status_code == 404


def test_two_releases_are_compared_whichever_is_named_first(centre, editor, client):
    old = ConceptFactory(label="Fax", related=[centre])
    released(centre.scheme, "1", editor)
    Label.objects.create(concept=centre, kind="alternative", text="Contact hub")
    old.status = "deprecated"
    old.save()
    old.replaced_by.add(centre)
    ConceptFactory(label="Kiosk", broader=[centre])
    released(centre.scheme, "1.1", editor)

    pages = [
        client.get(f"/a-z/releases/council-crm/{pair}/").content.decode().partition("</main>")[0]
        for pair in ("1/compare/1.1", "1.1/compare/1")
    ]

    assert pages[0] == pages[1]
    for part in ("1 to 1.1", "<li>Kiosk</li>", "name added: “Contact hub”", "Fax, replaced by “Contact centre”"):
        assert part in pages[0]


def test_an_editor_prepares_opens_and_releases_on_the_site(centre, editor, client, settings):
    client.force_login(editor)

    client.post("/a-z/releases/new/", {"scheme": "council-crm", "number": "3", "notes": "More."})
    client.post("/a-z/releases/council-crm/3/comment/", {"until": "2099-05-05"})
    assert SchemeRelease.objects.get().state == "comment"
    late = client.post("/a-z/releases/council-crm/3/comment/", {"until": "2001-05-05"})
    assert "Choose a day that is still to come." in late.content.decode()
    client.post("/a-z/releases/council-crm/3/release/")

    page = client.get("/a-z/releases/council-crm/3/").content.decode()
    assert SchemeRelease.objects.get().sha256 in page
    again = client.post("/a-z/releases/new/", {"scheme": "council-crm", "number": "3"}).content.decode()
    assert "has a release 3 already" in again


def test_nothing_to_release_is_told(editor):
    draft = releases.draft_release(scheme=ConceptFactory(status="candidate").scheme, number="1", notes="", by=editor, now=NOW)

    with pytest.raises(Refused, match="no published term"):
        releases.freeze(release=draft, by=editor, now=NOW)
