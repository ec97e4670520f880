from django.apps import AppConfig


class SeedConfig(AppConfig):
    name = "hub.seed"
    verbose_name = "Demo content"
