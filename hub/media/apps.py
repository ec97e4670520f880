from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "hub.media"
    verbose_name = "Images and documents"

    def ready(self) -> None:
        from wagtail.signals import page_published

        from hub.media import checks  # noqa: F401 - registers them
        from hub.media.signal_handlers import cite_at_once

        page_published.connect(cite_at_once, dispatch_uid="media.cite_at_once")
