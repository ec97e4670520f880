from django.apps import AppConfig


class TaxonomyConfig(AppConfig):
    name = "taxonomy"
    verbose_name = "A to Z"

    def ready(self) -> None:
        from hub.core import duties
        from taxonomy.duties import add_up_lookups, check_quality, prepare_downloads, take_up_imports
        from taxonomy.listening import listen

        listen()
        duties.register("look-ups in the A to Z", every=300, run=add_up_lookups)
        duties.register("imports into the A to Z", every=30, run=take_up_imports)
        duties.register("quality of the A to Z", every=60, run=check_quality)
        duties.register("downloads of the A to Z", every=60, run=prepare_downloads)
