from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "hub.desk"
    verbose_name = "The facilitators' desk"

    def ready(self) -> None:
        from hub.core.duties import register
        from hub.desk import duties

        register("clocks of reports", every=300, run=duties.watch_the_clocks)
        register("answers to reporters", every=60, run=duties.tell_reporters)
        register("forgetting reports", every=6 * 3600, run=duties.forget_reports)
