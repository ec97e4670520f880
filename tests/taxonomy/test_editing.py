"""The A-Z in Wagtail, as editors meet it: through the admin's own forms."""

from __future__ import annotations

import pytest
from django.urls import reverse
from wagtail.models import ReferenceIndex

from taxonomy import actions
from taxonomy.actions.recording import rows_of
from taxonomy.models import Concept, ConceptChange, ConceptScheme, Label, Mapping, Proposal, Relation
from tests.conftest import NOW
from tests.factories.stepshare import ProductFactory
from tests.factories.taxonomy import ConceptFactory, ConceptSchemeFactory, ProposalFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def add_url() -> str:
    return reverse(Concept.snippet_viewset.get_url_name("add"))


def edit_url(concept: Concept) -> str:
    return reverse(Concept.snippet_viewset.get_url_name("edit"), args=[concept.pk])


# What the form shows of a row that somebody adds.
BEGUN = {"labels": {"language": "en", "status": "current"}, "notes": {"language": "en"}}


def rows(prefix: str, new: list[dict], existing: list[dict] = ()) -> dict[str, str]:
    everything = [*existing, *new]
    data = {f"{prefix}-TOTAL_FORMS": len(everything), f"{prefix}-INITIAL_FORMS": len(existing)}
    for number, row in enumerate(everything):
        data |= {f"{prefix}-{number}-{name}": value for name, value in {"id": "", **BEGUN.get(prefix, {}), **row}.items()}
    return data


def form_data(labels: dict, relations: dict | None = None, **fields) -> dict:
    scheme = ConceptScheme.objects.first() or ConceptSchemeFactory()
    return {
        "definition": "What it means.",
        "status": "published",
        "scheme": scheme.pk,
        "slug": "",
        **labels,
        **(relations or rows("relations", [])),
        **rows("notes", []),
        **rows("mappings", []),
        **fields,
    }


def as_shown(client, concept: Concept) -> tuple[list[dict], list[dict]]:
    """The rows of names and of relations that the form shows."""
    form = client.get(edit_url(concept)).context["form"]
    labels = [
        {"id": f.instance.pk, **{name: f[name].value() for name in ("kind", "text", "language", "status", "source", "note")}}
        for f in form.formsets["labels"].initial_forms
    ]
    relations = [
        {"id": f.instance.pk, "kind": f["kind"].value(), "target": f["target"].value()}
        for f in form.formsets["relations"].initial_forms
    ]
    return labels, relations


def save(client, concept: Concept, labels: list[dict], relations: list[dict], new_labels=(), new_relations=(), **fields):
    data = form_data(
        rows("labels", list(new_labels), labels),
        rows("relations", list(new_relations), relations),
        **{"slug": concept.slug, "status": concept.status, "definition": concept.definition, **fields},
    )
    return client.post(edit_url(concept), data)


def errors(response) -> str:
    assert response.status_code == 200, "the form was saved"
    form = response.context["form"]
    return " ".join([*form.non_field_errors(), *(text for texts in form.errors.values() for text in texts)])


# --- Who may ------------------------------------------------------------------------------------


def test_an_editor_finds_the_a_z_in_the_menu_and_lists_terms_once_by_any_name(desk):
    ConceptFactory(label="Kiosk", also=["Kiosk booth", "Kiosk stand"])
    ConceptFactory(label="Telephony")

    response = desk.get(reverse(Concept.snippet_viewset.get_url_name("list")), {"q": "kiosk"})

    assert [concept.label for concept in response.context["object_list"]] == ["Kiosk"]
    assert desk.get(reverse(ConceptScheme.snippet_viewset.get_url_name("list"))).status_code == 200


def test_the_list_is_narrowed_by_status_and_scheme(desk):
    ConceptFactory(label="Kiosk")
    ConceptFactory(label="Fax", status="deprecated")

    response = desk.get(reverse(Concept.snippet_viewset.get_url_name("list")), {"status": "deprecated"})

    assert [concept.label for concept in response.context["object_list"]] == ["Fax"]


@pytest.mark.parametrize("persona", ["member", "lead", "pending", "supplier_person"])
def test_nobody_else_reaches_the_forms(client, request, persona):
    kiosk = ConceptFactory(label="Kiosk")
    client.force_login(request.getfixturevalue(persona))

    for address in (add_url(), edit_url(kiosk)):
        assert client.get(address).status_code in {302, 403, 404}
        assert client.post(address, form_data(rows("labels", [{"kind": "preferred", "text": "Mine"}]))).status_code in {
            302,
            403,
            404,
        }

    assert list(Label.objects.values_list("text", flat=True)) == ["Kiosk"]


def test_a_visitor_is_sent_to_sign_in(client):
    response = client.get(add_url())

    assert response.status_code == 302
    assert "login" in response.headers["Location"]


def test_a_published_term_is_deprecated_never_deleted(desk):
    kiosk = ConceptFactory(label="Kiosk")
    idea = ConceptFactory(label="Idea", status="candidate")
    both = f"?id={kiosk.pk}&id={idea.pk}"

    desk.post(reverse(Concept.snippet_viewset.get_url_name("delete"), args=[kiosk.pk]))
    desk.post(reverse("wagtail_bulk_action", args=["taxonomy", "concept", "delete"]) + both)

    assert list(Concept.objects.all()) == [kiosk]


def test_a_scheme_with_terms_stays(desk):
    ConceptFactory(label="Kiosk")
    empty = ConceptSchemeFactory(slug="empty")
    ReferenceIndex.objects.all().delete()  # which bulk writes do not fill

    for scheme in ConceptScheme.objects.all():
        desk.post(reverse(ConceptScheme.snippet_viewset.get_url_name("delete"), args=[scheme.pk]))

    assert not ConceptScheme.objects.filter(pk=empty.pk).exists()
    assert ConceptScheme.objects.count() == 1


# --- A new term ---------------------------------------------------------------------------------


def test_an_editor_adds_a_term_and_its_address_is_made_from_its_name(desk):
    contact = ConceptFactory(label="Customer contact")
    labels = rows("labels", [{"kind": "preferred", "text": "Contact centre"}, {"kind": "alternative", "text": "call centre"}])
    relations = rows("relations", [{"kind": "broader", "target": contact.pk}])

    response = desk.post(add_url(), form_data(labels, relations))

    assert response.status_code == 302, errors(response)
    centre = Concept.objects.get(slug="contact-centre")
    assert centre.label == "Contact centre"
    assert centre.created_at == centre.modified_at
    assert desk.get("/a-z/contact-centre/").status_code == 200
    assert Relation.objects.get().source == centre


def test_a_new_term_begins_with_its_preferred_name_in_the_first_scheme(desk):
    scheme = ConceptSchemeFactory()
    ConceptSchemeFactory(slug="second", title="A second")

    form = desk.get(add_url()).context["form"]

    assert form["scheme"].value() == scheme.pk
    assert form.formsets["labels"].forms[0]["kind"].value() == "preferred"


def test_a_new_related_term_is_stored_once_whichever_side_it_comes_from(desk):
    kiosk = ConceptFactory(label="Kiosk")
    labels = rows("labels", [{"kind": "preferred", "text": "Contact centre"}])

    desk.post(add_url(), form_data(labels, rows("relations", [{"kind": "related", "target": kiosk.pk}])))

    relation = Relation.objects.get()
    assert (relation.source, relation.target.slug, relation.kind) == (kiosk, "contact-centre", "related")


def test_a_taken_address_gets_a_number_and_a_reserved_one_a_word(desk):
    ConceptFactory(label="Old kiosk", slug="kiosk")

    desk.post(add_url(), form_data(rows("labels", [{"kind": "preferred", "text": "Kiosk"}])))
    desk.post(add_url(), form_data(rows("labels", [{"kind": "preferred", "text": "R"}])))
    refused = desk.post(add_url(), form_data(rows("labels", [{"kind": "preferred", "text": "Tree view"}]), slug="tree"))

    assert set(Concept.objects.values_list("slug", flat=True)) == {"kiosk", "kiosk-2", "r-term"}
    assert "“tree” is an address of the A to Z itself" in errors(refused)


@pytest.mark.parametrize(
    ("kinds", "problem"), [(["alternative"], "This one has none."), (["preferred", "preferred"], "This one has 2.")]
)
def test_a_term_has_one_preferred_name(desk, kinds, problem):
    labels = rows("labels", [{"kind": kind, "text": f"Name {n}"} for n, kind in enumerate(kinds)])

    assert problem in errors(desk.post(add_url(), form_data(labels)))


def test_a_name_of_another_term_is_refused_by_name(desk):
    ConceptFactory(label="Kiosk", also=["Booth"])

    response = desk.post(add_url(), form_data(rows("labels", [{"kind": "preferred", "text": "booth"}])))

    assert "“booth” is already a name of “Kiosk”" in errors(response)


# --- Changing a term ----------------------------------------------------------------------------


def test_a_term_sent_back_as_it_was_stays_as_it_was(desk):
    kiosk = ConceptFactory(label="Kiosk", also=["Booth"])
    ConceptFactory(label="Centre", related=[kiosk], broader=[ConceptFactory(label="Contact")])
    centre = Concept.objects.get(label="Centre")
    before = [list(model.objects.order_by("pk").values()) for model in (Concept, Label, Relation)]

    for concept in (kiosk, centre):
        response = save(desk, concept, *as_shown(desk, concept))
        assert response.status_code == 302, errors(response)

    assert [list(model.objects.order_by("pk").values()) for model in (Concept, Label, Relation)] == before


def test_preferred_and_other_name_change_places(desk):
    kiosk = ConceptFactory(label="Kiosk", also=["Booth"])
    labels, relations = as_shown(desk, kiosk)
    labels[0]["kind"], labels[1]["kind"] = "alternative", "preferred"

    response = save(desk, kiosk, labels, relations)

    kiosk.refresh_from_db()
    assert response.status_code == 302, errors(response)
    assert (kiosk.label, kiosk.slug) == ("Booth", "kiosk")
    assert kiosk.modified_at > kiosk.created_at
    assert {(row.kind, row.text) for row in kiosk.labels.all()} == {("preferred", "Booth"), ("alternative", "Kiosk")}


def test_two_names_swap_their_words(desk):
    kiosk = ConceptFactory(label="Kiosk", also=["Booth"])
    labels, relations = as_shown(desk, kiosk)
    labels[0]["text"], labels[1]["text"] = "Booth", "Kiosk"

    response = save(desk, kiosk, labels, relations)

    assert response.status_code == 302, errors(response)
    assert Concept.objects.get().label == "Booth"


def test_a_related_term_shows_and_is_taken_away_on_either_side(desk):
    kiosk = ConceptFactory(label="Kiosk")
    centre = ConceptFactory(label="Centre", related=[kiosk])

    for concept, other in ((kiosk, centre), (centre, kiosk)):
        _, relations = as_shown(desk, concept)
        assert [(row["kind"], row["target"]) for row in relations] == [("related", other.pk)]

    for concept in (centre, kiosk):
        labels, relations = as_shown(desk, concept)
        response = save(desk, concept, labels, [{**row, "DELETE": "on"} for row in relations])
        assert response.status_code == 302, errors(response)
        assert not Relation.objects.exists()
        Relation.objects.create(source=kiosk, target=centre, kind="related")


def test_a_related_term_becomes_broader_from_the_side_that_does_not_own_the_row(desk):
    kiosk = ConceptFactory(label="Kiosk")
    centre = ConceptFactory(label="Centre", related=[kiosk])
    labels, relations = as_shown(desk, centre)

    response = save(desk, centre, labels, [{**relations[0], "kind": "broader"}])

    assert response.status_code == 302, errors(response)
    assert [(row.source, row.kind, row.target) for row in Relation.objects.all()] == [(centre, "broader", kiosk)]


def test_one_term_cannot_be_related_twice(desk):
    kiosk = ConceptFactory(label="Kiosk")
    centre = ConceptFactory(label="Centre", related=[kiosk])
    labels, relations = as_shown(desk, centre)

    response = save(desk, centre, labels, relations, new_relations=[{"kind": "related", "target": kiosk.pk}])

    assert response.status_code == 200
    assert Relation.objects.count() == 1


def test_a_circle_is_refused_and_told(desk):
    top = ConceptFactory(label="Top")
    middle = ConceptFactory(label="Middle", broader=[top])
    low = ConceptFactory(label="Low", broader=[middle])
    labels, relations = as_shown(desk, top)

    response = save(desk, top, labels, relations, new_relations=[{"kind": "broader", "target": low.pk}])

    assert "round in a circle: Top → Low → Middle → Top." in errors(response)


def test_a_term_is_not_broader_than_itself(desk):
    kiosk = ConceptFactory(label="Kiosk")

    response = save(desk, kiosk, *as_shown(desk, kiosk), new_relations=[{"kind": "broader", "target": kiosk.pk}])

    assert "neither broader than itself" in errors(response)


@pytest.mark.parametrize("side", ["low", "top"])
def test_what_stands_above_or_below_cannot_be_related(desk, side):
    top = ConceptFactory(label="Top")
    low = ConceptFactory(label="Low", broader=[ConceptFactory(label="Middle", broader=[top])])
    concept, other = (low, top) if side == "low" else (top, low)

    response = save(desk, concept, *as_shown(desk, concept), new_relations=[{"kind": "related", "target": other.pk}])

    assert f"“{other.label}” stands above or below this term already" in errors(response)


def test_a_deprecated_term_names_what_replaces_it(desk):
    kiosk = ConceptFactory(label="Kiosk")
    fax = ConceptFactory(label="Fax")

    refused = save(desk, fax, *as_shown(desk, fax), replaced_by="Kiosk")
    response = save(desk, fax, *as_shown(desk, fax), status="deprecated", replaced_by=["Kiosk", ""])

    assert "Only a deprecated term is replaced" in errors(refused)
    assert response.status_code == 302, errors(response)
    assert list(fax.replaced_by.all()) == [kiosk]
    assert "/a-z/kiosk/" in desk.get("/a-z/fax/").content.decode()


@pytest.mark.parametrize("status", ["published", "deprecated"])
def test_a_term_that_was_public_never_becomes_a_candidate_again(desk, status):
    fax = ConceptFactory(label="Fax", status=status)

    refused = save(desk, fax, *as_shown(desk, fax), status="candidate")

    assert "A term that was public is deprecated, not taken back" in errors(refused)
    assert desk.get("/a-z/fax/").status_code == 200


def test_a_candidate_stays_one_and_is_published(desk):
    idea = ConceptFactory(label="Idea", status="candidate")

    for status in ("candidate", "published"):
        assert save(desk, idea, *as_shown(desk, idea), status=status, definition=status).status_code == 302


def test_changes_stand_in_the_history_with_who_made_them(desk, editor):
    kiosk = ConceptFactory(label="Kiosk")
    save(desk, kiosk, *as_shown(desk, kiosk), definition="A booth.")

    response = desk.get(reverse(Concept.snippet_viewset.get_url_name("history"), args=[kiosk.pk]))

    assert [entry.user for entry in response.context["object_list"]] == [editor]


def test_the_chooser_finds_terms_by_any_name_and_offers_no_deprecated_one(desk):
    ConceptFactory(label="Kiosk", also=["Booth"])
    ConceptFactory(label="Booth drive", status="deprecated")
    ConceptFactory(label="Telephony")
    chooser = Concept.snippet_viewset.chooser_viewset

    response = desk.get(reverse(chooser.get_url_name("choose_results")), {"q": "booth"})

    assert [concept.label for concept in response.context["results"]] == ["Kiosk"]


def test_an_unknown_word_is_suggested_where_a_term_is_chosen_and_carried_at_once(desk, editor):
    ConceptFactory(label="Kiosk", also=["Booth"])
    chooser = Concept.snippet_viewset.chooser_viewset
    assert "Suggest a term" in desk.get(reverse(chooser.get_url_name("choose"))).json()["html"]
    assert "No term is called “Pod”" in desk.get(reverse(chooser.get_url_name("choose_results")), {"q": "Pod"}).content.decode()

    first, again, taken = (
        desk.post(reverse(chooser.get_url_name("create")), {"word": word}).json() for word in ("Pod", " pod ", "booth")
    )

    proposal = Proposal.objects.get()
    assert (proposal.label, proposal.proposer, proposal.concepts.get().status) == ("Pod", editor, "candidate")
    assert first["step"] == again["step"] == "chosen"
    assert first["result"]["id"] == again["result"]["id"] == str(proposal.concepts.get().pk)
    assert taken["step"] == "reshow_creation_form"
    assert "Kiosk" in taken["htmlFragment"]


def test_a_changed_address_leads_on_and_no_other_term_gets_it(desk):
    kiosk = ConceptFactory(label="Kiosk")
    labels, relations = as_shown(desk, kiosk)

    save(desk, kiosk, labels, relations, slug="self-service")

    assert desk.get("/a-z/kiosk/")["Location"] == "/a-z/self-service/"
    booth = ConceptFactory(label="Booth")
    labels, relations = as_shown(desk, booth)
    assert "once was, another term's address" in errors(save(desk, booth, labels, relations, slug="kiosk"))


def test_what_carries_a_replaced_term_carries_its_replacement(desk):
    fax, email = ConceptFactory(label="Fax"), ConceptFactory(label="Email")
    product = ProductFactory(concepts=[fax])
    labels, relations = as_shown(desk, fax)

    save(desk, fax, labels, relations, status="deprecated", replaced_by=["Email"])

    assert [tag.concept for tag in product.concept_tags.all()] == [email]


def test_what_kept_a_retired_term_carries_its_replacement_once_somebody_names_one(desk):
    fax, email = ConceptFactory(label="Fax", status="deprecated"), ConceptFactory(label="Email")
    product = ProductFactory(concepts=[fax])
    labels, relations = as_shown(desk, fax)

    save(desk, fax, labels, relations, replaced_by=["Email"])

    assert [tag.concept for tag in product.concept_tags.all()] == [email]
    actions.undo(change=ConceptChange.objects.get(), by=None, now=NOW)
    assert [tag.concept for tag in product.concept_tags.all()] == [fax]


def test_an_edit_is_a_change_that_can_be_undone(desk, editor):
    kiosk = ConceptFactory(label="Kiosk", also=["Booth"], broader=[ConceptFactory(label="Top")])
    labels, _ = as_shown(desk, kiosk)
    before = rows_of([kiosk.pk])

    save(desk, kiosk, labels[:1], [], new_labels=[{"kind": "alternative", "text": "Stand"}], definition="Another.")
    change = ConceptChange.objects.get()
    assert (change.summary, change.made_by) == ("Edited: “Kiosk”", editor)
    assert rows_of([kiosk.pk]) != before
    actions.undo(change=change, by=editor, now=NOW)

    assert rows_of([kiosk.pk]) == before


def test_a_term_sent_back_as_it_was_makes_no_change(desk):
    kiosk = ConceptFactory(label="Kiosk")
    labels, relations = as_shown(desk, kiosk)

    save(desk, kiosk, labels, relations)

    assert not ConceptChange.objects.exists()


def test_notes_and_mappings_are_written_with_the_term(desk):
    kiosk = ConceptFactory(label="Kiosk")
    labels, relations = as_shown(desk, kiosk)
    mapping = {"kind": "exact", "target_uri": "https://id.example.org/1", "target_label": "Kiosks"}
    extra = {**rows("notes", [{"kind": "scope", "text": "Not in shops."}]), **rows("mappings", [mapping])}

    save(desk, kiosk, labels, relations, **extra)

    assert kiosk.notes.get().text == "Not in shops."
    assert kiosk.mappings.get().target_label == "Kiosks"


def test_an_editor_adds_names_and_a_meaning_in_welsh(desk, client):
    kiosk = ConceptFactory(label="Kiosk")
    labels, relations = as_shown(desk, kiosk)
    welsh = [
        {"kind": "preferred", "text": "Ciosg", "language": "CY"},
        {
            "kind": "alternative",
            "text": "Bwth",
            "language": "cy",
            "source": "Gwynedd",
            "status": "outdated",
            "note": "In the north.",
        },
    ]
    notes = rows("notes", [{"kind": "definition", "text": "Blwch.", "language": "cy"}])

    response = save(desk, kiosk, labels, relations, new_labels=welsh, **notes)

    assert response.status_code == 302, errors(response)
    assert set(kiosk.labels.values_list("kind", "text", "language", "source", "status", "note")) == {
        ("preferred", "Kiosk", "en", "", "current", ""),
        ("preferred", "Ciosg", "cy", "", "current", ""),
        ("alternative", "Bwth", "cy", "Gwynedd", "outdated", "In the north."),
    }
    assert "Ciosg, Bwth<br>Blwch." in client.get("/a-z/kiosk/").content.decode()


@pytest.mark.parametrize(
    ("welsh", "problem"),
    [
        ([{"kind": "alternative", "text": "Ciosg", "language": "Welsh"}], "“Welsh” is no code of a language"),
        ([{"kind": "preferred", "text": text, "language": "cy"} for text in ("Ciosg", "Bwth")], "In “cy” this one has 2"),
        ([{"kind": kind, "text": "Ciosg", "language": "cy"} for kind in ("preferred", "alternative")], "stands twice"),
    ],
)
def test_names_in_other_languages_keep_the_rules(desk, welsh, problem):
    kiosk = ConceptFactory(label="Kiosk")

    response = save(desk, kiosk, *as_shown(desk, kiosk), new_labels=welsh)

    assert response.status_code == 200
    assert problem in response.content.decode() or any(
        errors for errors in response.context["form"].formsets["labels"].non_form_errors()
    )
    assert kiosk.labels.count() == 1


def test_a_term_that_came_with_names_of_others_can_be_edited(desk):
    ConceptFactory(label="Kiosk")
    same = ConceptFactory(label="kiosk", slug="kiosk-2", also=["Stand", "stand"])
    other = [{"kind": "alternative", "text": "KIOSK", "language": "en"}]

    response = save(desk, same, *as_shown(desk, same), definition="Another.")

    assert response.status_code == 302, errors(response)
    labels, relations = as_shown(desk, same)
    labels[1]["text"] = "Kiosk"
    assert "“Kiosk” is already a name of “Kiosk”" in errors(save(desk, same, labels, relations))
    assert "stands twice" in errors(save(desk, same, *as_shown(desk, same), new_labels=other))


@pytest.mark.parametrize("uri", ["info:lc/x", "urn:uuid:1", "javascript:alert(1)"])
def test_a_match_to_what_is_no_page_is_kept_and_leads_nowhere(desk, client, uri):
    kiosk = ConceptFactory(label="Kiosk")
    match = Mapping.objects.create(concept=kiosk, target_uri=uri)
    shown = rows("mappings", [], [{"id": match.pk, "kind": "exact", "target_uri": uri}])

    response = save(desk, kiosk, *as_shown(desk, kiosk), definition="Another.", **shown)

    assert response.status_code == 302, errors(response)
    html = client.get("/a-z/kiosk/").content.decode()
    assert f"<dd>{uri}</dd>" in html
    assert f'href="{uri}"' not in html


def test_a_match_to_what_is_no_address_is_refused(desk):
    kiosk = ConceptFactory(label="Kiosk")

    response = save(desk, kiosk, *as_shown(desk, kiosk), **rows("mappings", [{"kind": "exact", "target_uri": "the list"}]))

    assert "Write the whole address" in response.content.decode()


@pytest.mark.parametrize("model", [ConceptChange, Proposal])
def test_changes_and_proposals_are_reports_that_nobody_writes_in(desk, editor, model):
    proposal = ProposalFactory()
    change = actions.decline(proposal=proposal, reason="No.", by=editor, now=NOW) or actions.describe(
        concept=ConceptFactory(), definition="New.", reason="Clearer.", by=editor, now=NOW
    )
    row = change if model is ConceptChange else proposal
    viewset = model.snippet_viewset

    html = desk.get(reverse(viewset.get_url_name("list"))).content.decode()
    assert str(row) in html
    assert desk.get(reverse(viewset.get_url_name("list")), {"export": "csv"}).status_code == 200
    assert desk.get(reverse(viewset.get_url_name("inspect"), args=[row.pk])).status_code == 200
    for name, arguments in (("add", []), ("edit", [row.pk]), ("delete", [row.pk])):
        assert desk.get(reverse(viewset.get_url_name(name), args=arguments)).status_code in {302, 403, 404}, name
