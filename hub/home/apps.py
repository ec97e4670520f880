from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "hub.home"
    verbose_name = "Front page and information"
