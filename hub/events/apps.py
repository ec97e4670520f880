from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "hub.events"
    verbose_name = "Events"
