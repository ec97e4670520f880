"""Relations in memory, so that a change that would break a rule is told in words before the database refuses it."""

from __future__ import annotations

from collections.abc import Iterable

from taxonomy.actions.recording import Refused
from taxonomy.hierarchy import ancestors
from taxonomy.models import Concept, Relation


class Structure:
    """All relations; what is written through it is written to the database at once."""

    def __init__(self) -> None:
        self._above: dict[int, set[int]] = {}
        self._related: set[tuple[int, int]] = set()
        for source, target, kind in Relation.objects.values_list("source_id", "target_id", "kind"):
            if kind == Relation.Kind.BROADER:
                self._above.setdefault(source, set()).add(target)
            else:
                self._related.add((source, target))

    # --- Reading --------------------------------------------------------------------------------

    def is_above(self, high: int, low: int) -> bool:
        return high in ancestors(low, self._above)

    def would_turn_in_a_circle(self, low: int, high: int) -> bool:
        return low == high or self.is_above(low, high)

    def _parted(self, low: int, high: int) -> list[tuple[int, int]]:
        """The related pairs that would then stand one above the other."""
        up = {high, *ancestors(high, self._above)}
        return [
            (one, other)
            for one, other in self._related
            for bottom, top in ((one, other), (other, one))
            if top in up and (bottom == low or self.is_above(low, bottom))
        ]

    # --- Writing --------------------------------------------------------------------------------

    def put_under(self, low: Concept, high: Concept, broader_kind: str = "", own: Iterable[int] = ()) -> None:
        """Of related pairs in the way, those of the terms in `own` give way. Raises Refused."""
        if high.pk in self._above.get(low.pk, ()):
            return
        if self.would_turn_in_a_circle(low.pk, high.pk):
            raise Refused(f"“{high.label}” stands below “{low.label}”, so it cannot stand above it as well. Move it first.")
        for pair in self._parted(low.pk, high.pk):
            if not {low.pk, high.pk, *own} & set(pair):
                names = " and ".join(
                    sorted(f"“{label}”" for label in Concept.objects.filter(pk__in=pair).values_list("label", flat=True))
                )
                raise Refused(f"{names} are related terms, and one would then stand above the other. Take that out first.")
            self.part(*pair)
        Relation.objects.filter(source__in=[low.pk, high.pk], target__in=[low.pk, high.pk]).delete()
        self._related.discard((min(low.pk, high.pk), max(low.pk, high.pk)))
        Relation.objects.create(source=low, target=high, kind=Relation.Kind.BROADER, broader_kind=broader_kind)
        self._above.setdefault(low.pk, set()).add(high.pk)

    def take_from_under(self, low: Concept, high: Concept) -> None:
        Relation.objects.filter(source=low, target=high, kind=Relation.Kind.BROADER).delete()
        self._above.get(low.pk, set()).discard(high.pk)

    def can_relate(self, one: Concept, other: Concept) -> bool:
        """Also true of a pair that is related already."""
        return one.pk != other.pk and not self.is_above(one.pk, other.pk) and not self.is_above(other.pk, one.pk)

    def relate(self, one: Concept, other: Concept) -> None:
        """Nothing where they are related already, or where one stands above the other."""
        pair = (min(one.pk, other.pk), max(one.pk, other.pk))
        if pair not in self._related and self.can_relate(one, other):
            Relation.objects.create(source_id=pair[0], target_id=pair[1], kind=Relation.Kind.RELATED)
            self._related.add(pair)

    def part(self, one: int, other: int) -> None:
        pair = (min(one, other), max(one, other))
        Relation.objects.filter(source=pair[0], target=pair[1], kind=Relation.Kind.RELATED).delete()
        self._related.discard(pair)

    def take_out(self, concept: Concept) -> tuple[list[Relation], list[Relation], list[Relation]]:
        """All its relations, gone from the table and given back: to broader terms, from narrower ones, to related ones."""
        up = list(Relation.objects.filter(source=concept, kind=Relation.Kind.BROADER).select_related("target").order_by("pk"))
        down = list(Relation.objects.filter(target=concept, kind=Relation.Kind.BROADER).select_related("source").order_by("pk"))
        sideways = [
            relation
            for relation in Relation.objects.filter(kind=Relation.Kind.RELATED).select_related("source", "target").order_by("pk")
            if concept.pk in (relation.source_id, relation.target_id)
        ]
        Relation.objects.filter(pk__in=[relation.pk for relation in (*up, *down, *sideways)]).delete()
        self._above.pop(concept.pk, None)
        for relation in down:
            self._above[relation.source_id].discard(concept.pk)
        self._related = {pair for pair in self._related if concept.pk not in pair}
        return up, down, sideways
