from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "hub.organisations"
    verbose_name = "Councils and suppliers"
