from django.apps import AppConfig


class StepShareConfig(AppConfig):
    name = "stepshare"
    verbose_name = "STEP Share"

    def ready(self) -> None:
        from hub.mail import kinds
        from stepshare import letters, listening, telling

        kinds.register(letters.STREAM, still_allowed=letters.still_allowed)
        listening.listen()
        telling.register()
