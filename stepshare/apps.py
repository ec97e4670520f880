from django.apps import AppConfig


class StepShareConfig(AppConfig):
    name = "stepshare"
    verbose_name = "STEP Share"
