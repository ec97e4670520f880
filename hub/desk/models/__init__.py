"""Reports of something wrong, who is on what, what was decided, the words to decide with, and pages made of threads."""

from hub.desk.models.claims import CLAIM_LASTS, Claim, ClaimQuerySet
from hub.desk.models.entries import READ_ALL_ENTRIES, DeskEntry, DeskEntryQuerySet
from hub.desk.models.pages import SettledPage, SettledPageQuerySet
from hub.desk.models.reasons import ReasonTemplate
from hub.desk.models.reports import DECIDE, Report, ReportQuerySet

__all__ = [
    "CLAIM_LASTS",
    "DECIDE",
    "READ_ALL_ENTRIES",
    "Claim",
    "ClaimQuerySet",
    "DeskEntry",
    "DeskEntryQuerySet",
    "ReasonTemplate",
    "Report",
    "ReportQuerySet",
    "SettledPage",
    "SettledPageQuerySet",
]
