"""The words people agree to. Change them only together with their version: each consent names the version it was given to."""

from __future__ import annotations

WORDING_VERSION = "2026-05"
WORDING = (
    "When you press the button you agree that we keep your email address and send you the bulletin, about once a fortnight, "
    "until you leave. We pass your address to nobody, and we do not track what you open or click."
)
