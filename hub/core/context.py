"""What every template may count on."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from hub.core.audience import Viewer, reads_members_content

NAVIGATION = (
    ("A to Z", "/a-z/"),
    ("Papers", "/briefing-papers/"),
    ("Case studies", "/case-studies/"),
    ("Question time", "/question-time/"),
    ("STEP Share", "/share/"),
    ("Events", "/events/"),
    ("Bulletin", "/bulletin/"),
)
FOR_MEMBERS = ("Members", "/members/")


def site(request: HttpRequest) -> dict[str, object]:
    # Wagtail's login and error pages may be drawn before the authentication middleware has run.
    viewer = getattr(request, "user", None)
    return {
        "site_name": settings.WAGTAIL_SITE_NAME,
        "site_url": settings.SITE_URL,
        "nav": [{"label": label, "url": url, "current": request.path.startswith(url)} for label, url in _navigation(viewer)],
        "viewer": viewer,
        "can_use_admin": viewer is not None and viewer.has_perm("wagtailadmin.access_admin"),
        "can_compose_bulletin": viewer is not None and viewer.has_perm("bulletin.compose"),
        "demo": settings.DEMO,
    }


def _navigation(viewer: Viewer | None) -> list[tuple[str, str]]:
    """The directory of members stands in it for those who may open it, after STEP Share."""
    if viewer is None or not reads_members_content(viewer):
        return list(NAVIGATION)
    return [*NAVIGATION[:5], FOR_MEMBERS, *NAVIGATION[5:]]
