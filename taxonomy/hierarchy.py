"""Questions about who is above whom, over plain mappings: the same for a text file's labels and a database's keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def ancestors(of: Node, broader: Mapping[Node, Collection[Node]]) -> set[Node]:
    """Everything above `of`, however far; `of` itself only where the hierarchy goes round in a circle."""
    found: set[Node] = set()
    ahead = list(broader.get(of, ()))
    while ahead:
        node = ahead.pop()
        if node not in found:
            found.add(node)
            ahead.extend(broader.get(node, ()))
    return found


def loop_through(start: Node, broader: Mapping[Node, Collection[Node]]) -> list[Node]:
    """The shortest way up from `start` that comes back to it, both ends named; empty if there is none."""
    came_from: dict[Node, Node] = {}
    ahead = [start]
    for node in ahead:  # grows while it is walked
        for above in broader.get(node, ()):
            if above == start:
                return _way_back(start, node, came_from)
            if above not in came_from:
                came_from[above] = node
                ahead.append(above)
    return []


def _way_back(start: Node, last: Node, came_from: Mapping[Node, Node]) -> list[Node]:
    path = [last]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    return [*reversed(path), start]


def in_or_below_circles(above: Mapping[Node, Collection[Node]]) -> set[Node]:
    """What is in a circle or below one: all that is left when top terms are taken away again and again."""
    waits = {node: len(over) for node, over in above.items() if over}
    below: dict[Node, list[Node]] = defaultdict(list)
    for node, over in above.items():
        for high in over:
            below[high].append(node)
    ahead = [node for node in below if node not in waits]
    while ahead:
        for node in below.get(ahead.pop(), ()):
            waits[node] -= 1
            if not waits[node]:
                ahead.append(node)
    return {node for node, left in waits.items() if left}
