"""Every write of the desk."""

from hub.desk.actions.deciding import CannotUndo, ClaimedByAnother, claim, decide, let_go, undo
from hub.desk.actions.pages import CannotMakePage, make_page
from hub.desk.actions.reporting import report
from hub.desk.actions.upkeep import forget_reports, tell_reporters, watch_the_clocks

__all__ = [
    "CannotMakePage",
    "CannotUndo",
    "ClaimedByAnother",
    "claim",
    "decide",
    "forget_reports",
    "let_go",
    "make_page",
    "report",
    "tell_reporters",
    "undo",
    "watch_the_clocks",
]
