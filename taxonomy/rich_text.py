"""Linking a term from editors' running text. The text keeps the term's key; readers get its address as it is now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse_lazy
from django.utils.html import format_html
from draftjs_exporter.dom import DOM
from wagtail.admin.rich_text.converters.html_to_contentstate import LinkElementHandler
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature
from wagtail.rich_text import LinkHandler
from wagtail.rich_text.feature_registry import FeatureRegistry

from taxonomy.models import Concept

FEATURE = "concept-link"
_LINK_TYPE = "concept"
_ENTITY = "CONCEPT"


def register(features: FeatureRegistry, chooser: str) -> None:
    """`chooser` names the address of the window in which a term is chosen."""
    features.register_link_type(ConceptLinkHandler)
    control = {"type": _ENTITY, "icon": "tag", "description": "Term of the A to Z"}
    urls = {"conceptChooser": reverse_lazy(chooser)}
    scripts = ["wagtailadmin/js/chooser-modal.js", "hub/js/concept-link.js"]
    features.register_editor_plugin("draftail", FEATURE, EntityFeature({**control, "chooserUrls": urls}, js=scripts))
    features.register_converter_rule(
        "contentstate",
        FEATURE,
        {
            "from_database_format": {f'a[linktype="{_LINK_TYPE}"]': _FromDatabase(_ENTITY)},
            "to_database_format": {"entity_decorators": {_ENTITY: _to_database}},
        },
    )


class ConceptLinkHandler(LinkHandler):
    identifier = _LINK_TYPE

    @staticmethod
    def get_model() -> type[Concept]:
        return Concept

    @classmethod
    def expand_db_attributes(cls, attrs: dict[str, Any]) -> str:
        return cls.expand_db_attributes_many([attrs])[0]

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, Any]]) -> list[str]:
        """The words stay; they are a link only while readers may read the term."""
        return [
            format_html('<a href="{}">', concept.get_absolute_url())
            if concept is not None and concept.status != Concept.Status.CANDIDATE
            else "<a>"
            for concept in cls.get_many(attrs_list)
        ]

    @classmethod
    def extract_references(cls, attrs: dict[str, Any]) -> Iterator[tuple[type[Concept], Any, str, str]]:
        """Tells Wagtail where a term is used."""
        yield Concept, attrs["id"], "", ""


class _FromDatabase(LinkElementHandler):
    def get_attribute_data(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What the editor shows of the term when the link is pointed at."""
        key = str(attrs.get("id", ""))
        concept = Concept.objects.filter(pk=key).first() if key.isdecimal() else None
        if concept is None:
            return {"id": key}
        return {"id": key, "label": concept.label, "url": concept.get_absolute_url()}


def _to_database(props: dict[str, Any]) -> Any:
    return DOM.create_element("a", {"linktype": _LINK_TYPE, "id": props.get("id")}, props["children"])
