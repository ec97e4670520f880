from django.apps import AppConfig


class BulletinConfig(AppConfig):
    name = "hub.bulletin"
    verbose_name = "Bulletin"

    def ready(self) -> None:
        from hub.bulletin import duties, editions
        from hub.bulletin.models import STREAM
        from hub.core.duties import register
        from hub.mail import kinds

        kinds.register(STREAM, still_allowed=editions.still_allowed)
        register("bulletin", every=5, run=duties.finish_what_went_out)
        register("bulletin upkeep", every=3600, run=duties.keep_up)
