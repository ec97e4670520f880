from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "hub.library"
    verbose_name = "Briefing papers"

    def ready(self) -> None:
        from hub.library.models import BriefingPaperPage
        from hub.notifications.pages import tell_of_new

        tell_of_new(BriefingPaperPage, name="paper", says="New briefing paper")
