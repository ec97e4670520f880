"""What the ledger says upward. Receivers get `delivery` (with its message) and `now`; the address may have been forgotten."""

from django.dispatch import Signal

bounced = Signal()  # came back for good; `stopped` says whether the address is no longer written to
complained = Signal()  # marked as unwanted: they are out of the stream already
left = Signal()  # by the mailto address of List-Unsubscribe: they are out of the stream already
