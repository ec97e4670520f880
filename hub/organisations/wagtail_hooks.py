"""Puts mail domains into Wagtail's settings menu: hooks only register."""

from __future__ import annotations

from wagtail.snippets.models import register_snippet

from hub.organisations.viewsets import MailDomainViewSet

register_snippet(MailDomainViewSet)
