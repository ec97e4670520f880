"""Every write to the A-Z. What somebody may do is asked in `access`; what a term's state allows is asked here."""

from taxonomy.actions.finding import follow, note_feedback, unfollow
from taxonomy.actions.loading import Changes, HierarchyTaken, NamesTaken, load_scheme
from taxonomy.actions.proposals import (
    NotOpen,
    ProposedAlready,
    Wish,
    accept,
    ask_for_work,
    comment,
    decline,
    propose,
    propose_word,
    support,
    unsupport,
    wish_of,
    withdraw,
)
from taxonomy.actions.recording import Refused
from taxonomy.actions.reshaping import Part, merge, retire, split
from taxonomy.actions.terms import add_label, define, describe, map_to, move, publish, relate, remove_label, rename, unmap, unrelate
from taxonomy.actions.undoing import undo

__all__ = [
    "Changes",
    "HierarchyTaken",
    "NamesTaken",
    "NotOpen",
    "Part",
    "ProposedAlready",
    "Refused",
    "Wish",
    "accept",
    "add_label",
    "ask_for_work",
    "comment",
    "decline",
    "define",
    "describe",
    "follow",
    "load_scheme",
    "map_to",
    "merge",
    "move",
    "note_feedback",
    "propose",
    "propose_word",
    "publish",
    "relate",
    "remove_label",
    "rename",
    "retire",
    "split",
    "support",
    "undo",
    "unfollow",
    "unmap",
    "unrelate",
    "unsupport",
    "wish_of",
    "withdraw",
]
