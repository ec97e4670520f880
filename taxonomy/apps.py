from django.apps import AppConfig


class TaxonomyConfig(AppConfig):
    name = "taxonomy"
    verbose_name = "A to Z"

    def ready(self) -> None:
        from hub.core import duties
        from taxonomy.duties import add_up_lookups
        from taxonomy.listening import listen

        listen()
        duties.register("look-ups in the A to Z", every=300, run=add_up_lookups)
