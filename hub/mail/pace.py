"""How many mails a minute the provider lets us send: a bucket that fills steadily, shared by the connections of a process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import cache

from django.conf import settings


class Bucket:
    """Holds one second's worth, at least one. 0 a minute: no limit."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_second = per_minute / 60
        self.size = max(1.0, self.per_second)
        self.clock = clock
        self._lock = threading.Lock()
        self._held, self._filled_at = self.size, clock()

    def take(self) -> float:
        """One mail's worth; how many seconds to wait before it goes. Who waits is in front of who comes later."""
        if not self.per_second:
            return 0.0
        with self._lock:
            now = self.clock()
            self._held = min(self.size, self._held + (now - self._filled_at) * self.per_second)
            self._filled_at = now
            self._held -= 1
            return max(0.0, -self._held / self.per_second)

    def put_back(self) -> None:
        """It did not go after all."""
        if self.per_second:
            with self._lock:
                self._held += 1


@cache
def of_provider(per_minute: int) -> Bucket:
    return Bucket(per_minute)


def bucket() -> Bucket:
    return of_provider(settings.HUB_MAIL["per_minute"])
