from django.apps import AppConfig


class CaseStudiesConfig(AppConfig):
    name = "casestudies"
    verbose_name = "Case studies"

    def ready(self) -> None:
        from casestudies.models import CaseStudyPage
        from hub.notifications.pages import tell_of_new

        tell_of_new(CaseStudyPage, name="case-study", says="New case study")
