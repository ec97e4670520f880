from functools import partial

from django.apps import AppConfig, apps


class MailConfig(AppConfig):
    name = "hub.mail"
    verbose_name = "Mail"

    def ready(self) -> None:
        from hub.core.duties import register
        from hub.mail import duties

        if apps.is_installed("anymail"):
            from anymail.signals import tracking

            from hub.mail import webhooks

            tracking.connect(webhooks.hear, dispatch_uid="hub.mail")
        register("sign-in mail", every=1, run=duties.hand_over_sign_in_mail)
        register("mail", every=2, run=duties.hand_over_mail)
        for number in duties.further_connections():
            register(f"bulletins {number}", every=2, run=partial(duties.hand_over_bulletins, number))
        register("mail freezing", every=2, run=duties.freeze)
        register("mail upkeep", every=3600, run=duties.keep_up)
