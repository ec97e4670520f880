"""Every write to memberships, offices, sessions, consents and complaints."""

from hub.members.actions.approving import (
    accept_claim,
    appoint_lead,
    approve,
    decline,
    decline_claim,
    end_membership,
    reopen_request,
    step_down,
    still_here,
)
from hub.members.actions.complaints import answer_complaint, blank_complaints, complain
from hub.members.actions.consent import agree
from hub.members.actions.factors import forget_second_factor
from hub.members.actions.housekeeping import clear_expired_sessions, forget_unconfirmed_accounts, free_address
from hub.members.actions.memberships import (
    ask_to_join,
    claim_supplier,
    confirm_by_link,
    join,
    join_by_address,
    leave,
    pick_council,
    send_link,
    withdraw_claim,
)
from hub.members.actions.offices import end_office, grant_office
from hub.members.actions.privacy import close_account
from hub.members.actions.profile import remove_photo, save_profile, set_photo
from hub.members.actions.sessions import end_other_sessions, end_session
from hub.members.actions.suspensions import lift_suspension, suspend
from hub.members.actions.upkeep import ask_who_is_still_there, follow_the_councils, let_lapse

__all__ = [
    "accept_claim",
    "agree",
    "answer_complaint",
    "appoint_lead",
    "approve",
    "ask_to_join",
    "ask_who_is_still_there",
    "blank_complaints",
    "claim_supplier",
    "clear_expired_sessions",
    "close_account",
    "complain",
    "confirm_by_link",
    "decline",
    "decline_claim",
    "end_membership",
    "end_office",
    "end_other_sessions",
    "end_session",
    "follow_the_councils",
    "forget_second_factor",
    "forget_unconfirmed_accounts",
    "free_address",
    "grant_office",
    "join",
    "join_by_address",
    "leave",
    "let_lapse",
    "lift_suspension",
    "pick_council",
    "remove_photo",
    "reopen_request",
    "save_profile",
    "send_link",
    "set_photo",
    "step_down",
    "still_here",
    "suspend",
    "withdraw_claim",
]
