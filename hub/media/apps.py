from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "hub.media"
    verbose_name = "Images and documents"
