"""What question time announces to the floors above it. Sent inside the transaction of the write."""

from __future__ import annotations

from django.dispatch import Signal

# With `question`: something changed of what is found, or of who may find it.
question_changed = Signal()
# The same of many at once, with `questions`, their primary keys.
questions_changed = Signal()
# With `question`, as it is posted or let through: for what was shown and opened while it was being written.
question_asked = Signal()
# With `event`, a QuestionEvent, for each that is written.
question_event = Signal()
