from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "hub.members"
    verbose_name = "Members"

    def ready(self) -> None:
        from hub.core.duties import register
        from hub.mail.kinds import forget_when_settled
        from hub.members import duties, listening, privacy_letters

        listening.listen()
        register("memberships", every=3600, run=duties.keep_up_memberships)
        register("members' housekeeping", every=6 * 3600, run=duties.keep_house)
        register("complaints", every=3600, run=duties.forget_complaints)
        forget_when_settled(privacy_letters.GOODBYE)
