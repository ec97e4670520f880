from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "hub.library"
    verbose_name = "Briefing papers"
