from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "hub.core"
    verbose_name = "Core"

    def ready(self) -> None:
        from hub.core import upkeep
        from hub.core.duties import register

        register("tasks", every=2, run=upkeep.run_tasks)
        register("publishing", every=30, run=upkeep.publish_scheduled)
