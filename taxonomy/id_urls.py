"""Everything under /id/: what linked data calls a thing, whatever pages there are about it."""

from __future__ import annotations

from django.urls import path

from taxonomy.views import linked_data

app_name = "linked_data"
urlpatterns = [
    path("<slug:slug>/", linked_data.identify_scheme, name="scheme"),
    path("<slug:slug>/<slug:public_id>", linked_data.identify, name="thing"),
]
