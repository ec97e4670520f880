"""Every write to councils' records."""

from stepshare.actions.offers import offer_to_be_asked, take_offer_back
from stepshare.actions.proposals import (
    NotDone,
    NothingNew,
    SeenAnother,
    accept_proposal,
    change_proposal,
    decline_proposal,
    propose_change,
    propose_installation,
    propose_project,
    reopen_proposal,
    suggest_installation,
    why_not,
    withdraw_proposal,
)
from stepshare.actions.record import (
    change_installation,
    change_project,
    confirm_installation,
    record_installation,
    record_product,
    record_project,
    record_supplied_product,
    retire_installation,
)

__all__ = [
    "NotDone",
    "NothingNew",
    "SeenAnother",
    "accept_proposal",
    "change_installation",
    "change_project",
    "change_proposal",
    "confirm_installation",
    "decline_proposal",
    "offer_to_be_asked",
    "propose_change",
    "propose_installation",
    "propose_project",
    "record_installation",
    "record_product",
    "record_project",
    "record_supplied_product",
    "reopen_proposal",
    "retire_installation",
    "suggest_installation",
    "take_offer_back",
    "why_not",
    "withdraw_proposal",
]
