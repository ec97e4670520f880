from django.apps import AppConfig


class ForumConfig(AppConfig):
    name = "forum"
    verbose_name = "Question time"

    def ready(self) -> None:
        from forum import listening

        listening.listen()
