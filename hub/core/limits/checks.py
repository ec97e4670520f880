"""The table of doors against the address map: a route that is renamed must not lose its limit in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from hub.core.limits.doors import DOORS, UNLIMITED

# Routes of allauth's that are there or not by its settings.
OPTIONAL = ("account_", "mfa_", "socialaccount_", "usersessions_")


@register()
def every_door_is_a_route(**kwargs: Any) -> list[CheckMessage]:
    known = set(route_names(get_resolver().url_patterns))
    listed = [route for door in DOORS for route in door.routes] + list(UNLIMITED)
    known |= {f"{route.partition(':')[0]}:*" for route in known if ":" in route}
    unknown = [route for route in listed if route not in known and not route.startswith(OPTIONAL)]
    twice = sorted({route for route in listed if listed.count(route) > 1})
    where = "hub/core/limits/doors.py"
    return [
        *(
            Error(f"The table of limits names {route!r}, and no route is called so.", hint=where, id="core.E001")
            for route in unknown
        ),
        *(Error(f"The table of limits names {route!r} twice.", hint=where, id="core.E002") for route in twice),
    ]


def route_names(patterns: Iterable[URLPattern | URLResolver], namespaces: tuple[str, ...] = ()) -> Iterator[str]:
    """As `ResolverMatch.view_name` writes them."""
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from route_names(entry.url_patterns, (*namespaces, entry.namespace) if entry.namespace else namespaces)
        elif entry.name:
            yield ":".join((*namespaces, entry.name))
