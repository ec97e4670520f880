from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "hub.core"
    verbose_name = "Core"
