"""What somebody asked for and the state of things does not allow."""

from __future__ import annotations


class Refusal(Exception):
    """Its text is a sentence for the screen; nothing has been written."""
