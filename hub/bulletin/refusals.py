"""What somebody asked for and the state of things does not allow."""

from __future__ import annotations


class Refusal(Exception):
    """Its text is a sentence for the screen; nothing has been written."""


class Changed(Refusal):
    """Somebody else was at it since this page was loaded. What was typed is shown again, and nothing of it is saved."""
