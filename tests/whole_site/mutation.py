"""A pytest plugin that breaks one `visible_to` for a whole run: `HUB_MUTANT` names its queryset, and nothing is edited.

For `mutate_visible_to.py`; without the variable it does nothing.
"""

from __future__ import annotations

import importlib
import os
from typing import Any

import pytest


def _everything(rows: Any, viewer: object, within: object = None) -> Any:
    """A thread's own rows only, where one is named: that hides nothing from anybody."""
    return rows.all() if within is None else rows.filter(question=within)


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """After pytest-django has set up Django. A manager made from the queryset asks it by name, so it is broken as well."""
    if mutant := os.environ.get("HUB_MUTANT"):
        module, _, name = mutant.rpartition(".")
        getattr(importlib.import_module(module), name).visible_to = _everything
