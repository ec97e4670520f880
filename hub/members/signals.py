"""What the members' directory asks of the floors above it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import Q
from django.dispatch import Signal


@dataclass(frozen=True)
class Offer:
    """Something that a member is happy to be asked about."""

    label: str
    url: str


@dataclass(frozen=True)
class Section:
    """A part of a person's page. `template` gets `heading` and what stands in `context`, and nothing else."""

    heading: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class DirectoryFilter:
    """One more field in the directory's filters; `condition` turns what was chosen into a condition on users."""

    name: str
    field: forms.Field
    condition: Callable[[Any], Q]


# Sent with `people` (primary keys of users) and `viewer`. Answer: dict from such a key to a list of Offers.
offers_asked = Signal()
# Sent with `viewer`. Answer: a DirectoryFilter.
filters_asked = Signal()
# Sent with `person` (a Member) and `viewer`. Answer: a list of Sections, each with only what this viewer may read.
sections_asked = Signal()
