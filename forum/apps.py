from django.apps import AppConfig


class ForumConfig(AppConfig):
    name = "forum"
    verbose_name = "Question time"

    def ready(self) -> None:
        from forum import (  # noqa: F401 - checks register themselves
            checks,
            duties,
            hearing,
            letters,
            listening,
            telling,
            writing_back,
        )
        from forum.actions import drafting
        from hub.core.duties import register
        from hub.mail import kinds

        listening.listen()
        register("news of posts without a name", every=900, run=duties.tell_news_of_unnamed)
        kinds.forget_when_settled(letters.UNNAMED)
        telling.register()
        hearing.listen()
        kinds.register(writing_back.STREAM, still_allowed=writing_back.still_allowed)
        register("old drafts", every=24 * 60 * 60, run=drafting.run)
        register("questions that nobody answered", every=1800, run=duties.look_for_helpers)
        register("people who were asked", every=3600, run=duties.settle_help)
