"""The complete address map, on one screen."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path, re_path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView
from wagtail import views as wagtail_views
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.urls import serve_pattern

from hub.core import views as core_views

handler403 = core_views.permission_denied
handler404 = core_views.page_not_found
handler500 = core_views.server_error

urlpatterns = [
    path("a-z/", include("taxonomy.urls")),
    path("id/", include("taxonomy.id_urls")),
    path("question-time/", include("forum.urls")),
    path("share/", include("stepshare.urls")),
    path("bulletin/", include("hub.bulletin.urls")),
    path("search/", include("hub.search.urls")),
    path("", include("hub.events.urls")),
    path("", include("hub.notifications.urls")),
    path("", include("hub.members.urls")),
    path("", include("hub.desk.urls")),
    path("account/", include("hub.members.sign_in_urls")),
    path("", include("hub.media.urls")),
    path("mail/", include("hub.mail.urls")),
    # One door for the site and the admin.
    path("admin/login/", core_views.admin_door),
    path("admin/password_reset/", RedirectView.as_view(pattern_name="account_reset_password")),
    path("admin/", include(wagtailadmin_urls)),
    path("-/markdown-preview/", core_views.markdown_preview, name="markdown_preview"),
    path("robots.txt", core_views.robots),
    path("sitemap.xml", require_safe(sitemap)),
]

if settings.DEMO:
    urlpatterns += [path("demo/", include("hub.seed.urls"))]

# Editors' pages: everything that none of the above has taken.
urlpatterns += [re_path(serve_pattern, wagtail_views.serve, name="wagtail_serve")]
