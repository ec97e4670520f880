from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "hub.mail"
    verbose_name = "Mail"

    def ready(self) -> None:
        from hub.core.duties import register
        from hub.mail import duties

        register("sign-in mail", every=1, run=duties.hand_over_sign_in_mail)
        register("mail", every=2, run=duties.hand_over_mail)
        register("mail upkeep", every=3600, run=duties.keep_up)
