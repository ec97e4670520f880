from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "hub.core"
    verbose_name = "Core"

    def ready(self) -> None:
        from hub.core import upkeep
        from hub.core.duties import register
        from hub.core.limits import checks  # noqa: F401  # checks register themselves

        register("tasks", every=2, run=upkeep.run_tasks)
        register("publishing", every=30, run=upkeep.publish_scheduled)
        register("abandoned uploads", every=6 * 3600, run=upkeep.forget_abandoned_uploads)
        register("limits", every=600, run=upkeep.forget_old_tries)
