from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "hub.events"
    verbose_name = "Events"

    def ready(self) -> None:
        from hub.events.models import EventPage
        from hub.notifications.pages import tell_of_new

        tell_of_new(EventPage, name="event", says="New event")
