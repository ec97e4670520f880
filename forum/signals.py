"""What question time announces to the floors above it."""

from __future__ import annotations

from django.dispatch import Signal

# Sent with `question` inside the transaction of every write that changes what is found or who may find it.
question_changed = Signal()
