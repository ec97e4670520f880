"""Every write to the ledger but the sender's own and what is heard later (`hub.mail.fates`)."""

from hub.mail.actions.forgetting import blank_old, forget, forget_addresses
from hub.mail.actions.posting import freeze, post, post_from_source
from hub.mail.actions.under_way import cancel, pause, release, requeue_uncertain, resume, skip_waiting
from hub.mail.actions.wishes import lift_suppression, opt_in, opt_out, suppress

__all__ = [
    "blank_old",
    "cancel",
    "forget",
    "forget_addresses",
    "freeze",
    "lift_suppression",
    "opt_in",
    "opt_out",
    "pause",
    "post",
    "post_from_source",
    "release",
    "requeue_uncertain",
    "resume",
    "skip_waiting",
    "suppress",
]
