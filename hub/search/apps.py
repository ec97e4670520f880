from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "hub.search"
    verbose_name = "Search"

    def ready(self) -> None:
        from hub.core import duties
        from hub.search import checks, listening, outbox, suggestions  # noqa: F401  # checks register themselves

        listening.listen()
        duties.register("search index", every=1, run=outbox.run)
        duties.register("old suggestions", every=24 * 60 * 60, run=suggestions.run)
