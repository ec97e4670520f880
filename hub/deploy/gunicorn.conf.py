"""How gunicorn serves the hub; its command line and GUNICORN_CMD_ARGS come after this and win."""

from __future__ import annotations

import gc
from typing import Any

bind = "127.0.0.1:8000"
workers = 3
loglevel = "warning"
# Whether a proxy's word counts is TRUSTED_PROXIES' business; gunicorn by itself would believe whoever asks from this machine.
forwarded_allow_ips = ""
max_requests = 2000
max_requests_jitter = 200


def post_fork(server: Any, worker: Any) -> None:
    """What start-up made lives for ever; the collector need not look at it again (a search took half as long again)."""
    gc.collect()
    gc.freeze()
