"""What the A-Z announces to the floors above it, inside the transaction that did it."""

from __future__ import annotations

from django.dispatch import Signal

# Sent by a tag model, with `owners`: the primary keys of things whose terms were changed past any save().
retagged = Signal()

# Sent by ConceptChange, with `change`: its kind and concepts say what was done. Whoever keeps something of their own about
# a term (a follow, a draft) hears of merges and their undoing here.
terms_changed = Signal()

# Sent with `proposal` once it was accepted or declined, its change made and its reason given.
proposal_decided = Signal()
