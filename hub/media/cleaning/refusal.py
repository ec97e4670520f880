"""Why a file is not taken, in words for the person who chose it. Free of Django, so that a child process can use it."""

from __future__ import annotations


class Refused(Exception):
    """`reason` follows the file's name in a sentence: "plan.docx <reason>". `code` is for tests and logs."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


def damaged(kind: str) -> Refused:
    return Refused("damaged", f"cannot be read as {kind}. Open it on your computer, save it again and add that copy.")
