from __future__ import annotations

from django.urls import path

from hub.media import views

app_name = "media"
urlpatterns = [
    path("media/images/<str:name>", views.image, name="image"),
    path("media/original_images/<str:name>", views.original_image, name="original_image"),
    path("documents/<str:public_id>/<str:name>", views.document, name="document"),
]
