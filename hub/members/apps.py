from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "hub.members"
    verbose_name = "Members"
