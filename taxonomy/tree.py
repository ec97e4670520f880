"""The terms as a hierarchy: from the top, or from one of them downwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.urls import reverse

from taxonomy.labels import sort_key
from taxonomy.models import Concept, ConceptScheme, Relation

# A page of more nodes would be slow to draw and to read: it then shows one level, and each node leads further down.
MOST_NODES = 400


@dataclass(frozen=True)
class Node:
    """`count` is how many terms stand directly below; `children` are those of them that are drawn, `url` the term's page."""

    label: str
    url: str
    branch_url: str
    count: int
    children: list[Node] = field(default_factory=list)


@dataclass(frozen=True)
class Tree:
    """`is_whole`: nothing had to be left out."""

    nodes: list[Node]
    is_whole: bool


class _Forest:
    """Published terms and what stands under what, as primary keys. Two queries, whatever their number."""

    def __init__(self, scheme: ConceptScheme | None) -> None:
        concepts = Concept.objects.filter(status=Concept.Status.PUBLISHED)
        concepts = concepts.filter(scheme=scheme) if scheme else concepts
        self.terms = {pk: (label, slug) for pk, label, slug in concepts.order_by().values_list("pk", "label", "slug")}
        self.below: dict[int, list[int]] = {}
        self.has_above: set[int] = set()
        rows = Relation.objects.filter(kind=Relation.Kind.BROADER).order_by().values_list("source_id", "target_id")
        for source, target in rows:
            if source in self.terms and target in self.terms:
                self.below.setdefault(target, []).append(source)
                self.has_above.add(source)
        self._root, self._branch = reverse("taxonomy:a_z"), reverse("taxonomy:tree")

    def tops(self) -> list[int]:
        return self._sorted(pk for pk in self.terms if pk not in self.has_above)

    def draw(self, pks: list[int], depth: int) -> list[Node]:
        return [self._node(pk, depth) for pk in pks]

    def size(self, pks: list[int], most: int) -> int:
        """How many nodes would be drawn: a term under two others counts twice. Stops counting past `most`."""
        number, ahead = 0, list(pks)
        while ahead and number <= most:
            number += 1
            ahead.extend(self.below.get(ahead.pop(), ()))
        return number

    def children(self, pk: int) -> list[int]:
        return self._sorted(self.below.get(pk, ()))

    def _node(self, pk: int, depth: int) -> Node:
        label, slug = self.terms[pk]
        children = self.children(pk) if depth else []
        return Node(
            label,
            f"{self._root}{slug}/",
            f"{self._branch}{slug}/",
            len(self.below.get(pk, ())),
            [self._node(child, depth - 1) for child in children],
        )

    def _sorted(self, pks: Iterable[int]) -> list[int]:
        return sorted(pks, key=lambda pk: sort_key(self.terms[pk][0]))


_ALL_THE_WAY = 1000  # no hierarchy is so deep, and the database keeps it from going round in a circle


def whole_tree(scheme: ConceptScheme | None = None) -> Tree:
    forest = _Forest(scheme)
    return _tree(forest, forest.tops())


def branch(concept: Concept) -> Tree:
    """What stands below a term."""
    forest = _Forest(None)
    return _tree(forest, forest.children(concept.pk))


def _tree(forest: _Forest, pks: list[int]) -> Tree:
    is_whole = forest.size(pks, MOST_NODES) <= MOST_NODES
    return Tree(forest.draw(pks, _ALL_THE_WAY if is_whole else 0), is_whole)
