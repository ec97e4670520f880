from django.apps import AppConfig


class BulletinConfig(AppConfig):
    name = "hub.bulletin"
    verbose_name = "Bulletin"

    def ready(self) -> None:
        from hub.bulletin import actions, duties, editions, letters, listening
        from hub.bulletin.models import STREAM
        from hub.core.duties import register
        from hub.mail import kinds

        kinds.register(STREAM, still_allowed=editions.still_allowed, recipients=actions.recipients_of)
        # Whoever never asked is told that we forget the address.
        kinds.forget_when_settled(letters.STREAM)
        register("bulletin", every=5, run=duties.keep_going)
        register("bulletin schedule", every=60, run=duties.keep_the_schedule)
        register("bulletin upkeep", every=3600, run=duties.keep_up)
        listening.listen()
