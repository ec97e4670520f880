from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "hub.notifications"
    verbose_name = "Notifications"

    def ready(self) -> None:
        from hub.core.duties import register
        from hub.mail import kinds
        from hub.notifications import duties, letters, still_allowed, terms

        kinds.register(letters.STREAM, still_allowed=still_allowed.still_allowed)
        register("notifications", every=5, run=duties.post_at_once)
        register("daily notifications", every=60, run=duties.post_daily)
        register("notifications' upkeep", every=6 * 3600, run=duties.keep_house)
        terms.register()
