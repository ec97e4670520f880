"""The form on which editors write one term in Wagtail.

It shows a related term on both terms' forms, although it is stored once, and keeps the rules that no database
constraint can say: one preferred name, no name that is another term's, no circles.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.admin.forms import WagtailAdminModelForm

from taxonomy import queries
from taxonomy.actions.recording import Recorder, lock_schemes
from taxonomy.actions.reshaping import hand_on_content
from taxonomy.actions.terms import Kind, lead_on
from taxonomy.forms import ConceptsField
from taxonomy.hierarchy import ancestors, loop_through
from taxonomy.labels import RESERVED_SLUGS, name_key, slug_for
from taxonomy.models import ENGLISH, Concept, Label, Mapping, Note, Relation
from taxonomy.skos.vocabulary import canonical_language

_KINDS = list(Label.Kind)
_LANGUAGE = re.compile(r"(?:[A-Za-z]{2,3}|[xX](?=-))(?:[-_][A-Za-z0-9]{1,8})*")


class ConceptForm(WagtailAdminModelForm):
    replaced_by = ConceptsField(
        label="Replaced by",
        required=False,
        help_text="For a deprecated term: where readers are sent instead.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        concept: Concept | None = kwargs.get("instance")
        if concept is not None and concept.pk:
            _show_all_rows(concept)
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        if concept is None or not concept.pk:
            self._begin()

    def _begin(self) -> None:
        """A new term begins with its preferred name, in the first scheme: most hubs have one."""
        self.initial["scheme"] = self.initial.get("scheme") or queries.first_scheme()
        for form in self.formsets["labels"].forms[:1]:
            form.initial["kind"] = Label.Kind.PREFERRED

    # --- Rules ----------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if self.formsets["labels"].is_valid() and self.formsets["notes"].is_valid():
            self._clean_languages()
            self._clean_names(cleaned)
        if self.formsets["relations"].is_valid():
            self._clean_relations()
        if cleaned.get("status") == Concept.Status.CANDIDATE and _was_public(self.instance):
            self.add_error("status", "A term that was public is deprecated, not taken back: its address is kept for good.")
        if cleaned.get("replaced_by") and cleaned.get("status") != Concept.Status.DEPRECATED:
            self.add_error("replaced_by", "Only a deprecated term is replaced. Change its status, or take this out.")
        if self.instance.pk and self.instance in cleaned.get("replaced_by", []):
            self.add_error("replaced_by", "A term cannot replace itself.")
        return cleaned

    def _kept(self, name: str) -> list[Any]:
        """The rows of a panel that will stand when it is saved."""
        formset = self.formsets[name]
        return [form for form in formset.forms if form.cleaned_data and form not in formset.deleted_forms]

    def _clean_languages(self) -> None:
        for form in (*self._kept("labels"), *self._kept("notes")):
            told = form.cleaned_data["language"]
            if "language" in form.changed_data and not _LANGUAGE.fullmatch(told.strip()):
                self.add_error(None, f"“{told}” is no code of a language. Write “en” for English, “cy” for Welsh.")
            form.instance.language = form.cleaned_data["language"] = canonical_language(told)

    def _clean_names(self, cleaned: dict[str, Any]) -> None:
        kept = self._kept("labels")
        rows = [form for form in kept if form.cleaned_data["language"] == ENGLISH]
        preferred = [form.cleaned_data["text"] for form in rows if form.cleaned_data["kind"] == Label.Kind.PREFERRED]
        if len(preferred) != 1:
            self.add_error(None, f"A term has one preferred name. This one has {len(preferred) or 'none'}.")
            return
        self._clean_other_languages(kept)
        # What was taken in from elsewhere may share names, and stays as it is until somebody touches it.
        fresh = [form for form in kept if form.has_changed()]
        standing = Counter(map(_name_in, kept))
        if any(standing[_name_in(form)] > 1 for form in fresh):
            self.add_error(None, "One of the names stands twice.")
        if cleaned.get("status") != Concept.Status.DEPRECATED:
            asked = rows if "status" in self.changed_data else [form for form in rows if form in fresh]
            texts = [form.cleaned_data["text"] for form in asked]
            for text, owner in queries.name_owners(texts, besides=self.instance.pk).items():
                self.add_error(None, f"“{text}” is already a name of “{owner}”. A name can lead to one term only.")
        self.instance.label = preferred[0]
        self._clean_slug(cleaned, preferred[0])

    def _clean_other_languages(self, kept: list[Any]) -> None:
        preferred = Counter(form.cleaned_data["language"] for form in kept if form.cleaned_data["kind"] == Label.Kind.PREFERRED)
        for language, count in preferred.items():
            if count > 1:
                self.add_error(None, f"A term has one preferred name in each language. In “{language}” this one has {count}.")

    def _clean_slug(self, cleaned: dict[str, Any], preferred: str) -> None:
        """An empty address is made from the preferred name; nobody has to think of one."""
        if "slug" in self.errors:
            return
        if cleaned.get("slug") in RESERVED_SLUGS:
            self.add_error("slug", f"“{cleaned['slug']}” is an address of the A to Z itself. Choose another.")
        elif cleaned.get("slug") in queries.taken_slugs(self.instance):
            self.add_error("slug", f"“{cleaned['slug']}” is, or once was, another term's address. Choose another.")
        elif not cleaned.get("slug"):
            cleaned["slug"] = slug_for(preferred, queries.taken_slugs(self.instance))

    def _clean_relations(self) -> None:
        by_kind: dict[str, list[int]] = {Relation.Kind.BROADER: [], Relation.Kind.RELATED: []}
        for form in self._kept("relations"):
            by_kind[form.cleaned_data["kind"]].append(form.cleaned_data["target"].pk)
        broader, related = by_kind[Relation.Kind.BROADER], by_kind[Relation.Kind.RELATED]
        own = self.instance.pk or 0  # no row has 0: nothing can point at a term that is not there yet
        if own in broader or own in related:
            self.add_error(None, "A term can be neither broader than itself nor related to itself.")
            return
        above = {**queries.broader_map(), own: broader}
        if loop := loop_through(own, above):
            labels = queries.labels_of(loop)
            told = " → ".join(labels[pk] for pk in loop)
            self.add_error(None, f"The broader terms would go round in a circle: {told}.")
            return
        clashes = [pk for pk in related if pk in ancestors(own, above) or own in ancestors(pk, above)]
        for label in queries.labels_of(clashes).values():
            self.add_error(None, f"“{label}” stands above or below this term already, so it cannot be related as well.")

    # --- Saving ---------------------------------------------------------------------------------

    def save(self, commit: bool = True) -> Concept:
        """The clock is read here because Wagtail's views pass none."""
        now = timezone.now()
        if self.instance.created_at is None:
            self.instance.created_at = now
        if self.instance.modified_at is None or self.has_changed():
            self.instance.modified_at = now
        if commit and self.has_changed():
            return self._save_and_record(now)
        concept: Concept = super().save(commit)
        return concept

    @transaction.atomic
    def _save_and_record(self, now: dt.datetime) -> Concept:
        """In the history as any other change, with the old address leading on and the content of a replaced term with it."""
        lock_schemes()
        before = Concept.objects.filter(pk=self.instance.pk).first()
        recorder = Recorder([before] if before else [])
        stood_for = queries.successors([before]) if before else []
        self._clear_changed_rows()
        concept: Concept = super().save()
        recorder.include(concept)
        if before is not None and before.slug != concept.slug:
            lead_on(concept, before.slug)
        if concept.status == Concept.Status.DEPRECATED and (stand_for := queries.successors([concept])) != stood_for:
            hand_on_content(recorder, concept, stand_for)
        kind, told = (Kind.EDIT, "Edited") if before else (Kind.DEFINE, "New")
        recorder.close(kind, f"{told}: “{concept.label}”", by=self.for_user, now=now)
        return concept

    def _clear_changed_rows(self) -> None:
        """Changed rows are taken out before they are written anew one by one, so that swapping two names, or the
        preferred one, never breaks a unique rule half way. Also takes out related rows that the other term owns."""
        for name, model in (("labels", Label), ("relations", Relation), ("notes", Note), ("mappings", Mapping)):
            forms = self.formsets[name].forms
            model.objects.filter(pk__in=[form.instance.pk for form in forms if form.instance.pk and form.has_changed()]).delete()


def _name_in(form: Any) -> tuple[str, str]:
    return form.cleaned_data["language"], name_key(form.cleaned_data["text"])


def _was_public(concept: Concept) -> bool:
    return concept.pk is not None and concept.status != Concept.Status.CANDIDATE


def _show_all_rows(concept: Concept) -> None:
    """Names with the preferred one first; relations from both ends, broader first."""
    labels = sorted(concept.labels.all(), key=lambda label: (_KINDS.index(Label.Kind(label.kind)), label.sort_key))
    concept.labels.set(labels)
    own = list(concept.relations.select_related("target"))
    others = list(Relation.objects.filter(target=concept, kind=Relation.Kind.RELATED).select_related("source"))
    for row in others:
        row.turn()
    concept.relations.set(sorted([*own, *others], key=lambda row: (row.kind, row.pk)))
