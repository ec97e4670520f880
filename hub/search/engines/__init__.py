"""The engines behind search. Whoosh 2.7.4 is older than what newer Pythons warn of when they first compile it."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import whoosh.codec.whoosh3
    import whoosh.query
    import whoosh.scoring  # noqa: F401
