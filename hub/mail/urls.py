"""The one webhook of the provider that MAIL_WEBHOOK names; without it, nothing."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver


def of_provider(provider: str) -> list[URLPattern | URLResolver]:
    if not provider:
        return []
    from anymail.urls import urlpatterns as every

    return [pattern for pattern in every if pattern.name == f"{provider}_tracking_webhook"]


urlpatterns = of_provider(settings.HUB_MAIL["webhook"])
