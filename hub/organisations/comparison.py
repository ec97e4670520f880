"""What an import of the register would change: read from the database once, before any transaction is open."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.text import slugify

from hub.organisations.models import ChangeEvent, Identifier, Organisation
from hub.organisations.register import Authority

# Authority and Organisation call these alike.
PLAIN_FIELDS = ("name", "short_name", "kind", "tier", "nation", "region", "population", "established_on", "abolished_on")
BODY_FIELDS = ("county", "combined_authority")
Code = tuple[str, str]  # scheme, value


@dataclass(frozen=True)
class FieldChange:
    field: str
    before: object
    after: object


@dataclass
class Difference:
    """One authority against its row. `organisation` is None for one that is not in the database yet."""

    authority: Authority
    organisation: Organisation | None
    slug: str = ""
    fields: list[FieldChange] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)

    @property
    def is_change(self) -> bool:
        return bool(self.fields or self.names or self.codes)


@dataclass
class Succession:
    """One change of councils, as register codes. `event` is the one on record, where there is one."""

    effective_on: dt.date
    kind: ChangeEvent.Kind
    predecessors: set[str]
    successors: frozenset[str]
    event: ChangeEvent | None = None
    missing: set[str] = field(default_factory=set)

    @property
    def is_change(self) -> bool:
        event = self.event
        if event is None or self.missing:
            return True
        return event.source == ChangeEvent.Source.REGISTER and (event.effective_on, event.kind) != (self.effective_on, self.kind)


@dataclass
class Comparison:
    added: list[Difference]
    changed: list[Difference]
    unchanged_count: int
    successions: list[Succession]
    withdrawn: list[tuple[ChangeEvent, set[str]]]  # predecessors that the register now sends elsewhere
    keys: dict[str, int]  # register code to primary key

    @property
    def is_change(self) -> bool:
        return bool(self.added or self.changed or self.successions or self.withdrawn)


def compare(authorities: list[Authority]) -> Comparison:
    known = _organisations_by_code()
    slugs = _Slugs()
    differences = [_difference(authority, known) for authority in authorities]
    added = [difference for difference in differences if difference.organisation is None]
    # Bodies of today choose their addresses first: "buckinghamshire" is the council there is.
    for difference in sorted(added, key=lambda difference: difference.authority.abolished_on is not None):
        difference.slug = slugs.choose(difference.authority)
    changed = [difference for difference in differences if difference.organisation is not None and difference.is_change]
    successions, withdrawn = _compare_successions(authorities)
    return Comparison(
        added=added,
        changed=changed,
        unchanged_count=len(differences) - len(added) - len(changed),
        successions=successions,
        withdrawn=withdrawn,
        keys={code: organisation.pk for code, organisation in known.items()},
    )


def _organisations_by_code() -> dict[str, Organisation]:
    rows = Organisation.objects.filter(identifiers__scheme=Identifier.Scheme.LOCAL_AUTHORITY).prefetch_related(
        "identifiers", "alternative_names", "county__identifiers", "combined_authority__identifiers"
    )
    return {_register_code(row): row for row in rows}


def _register_code(organisation: Organisation | None) -> str:
    """Needs `identifiers` prefetched; "" for a body the register does not know."""
    if organisation is None:
        return ""
    codes = [row.value for row in organisation.identifiers.all() if row.scheme == Identifier.Scheme.LOCAL_AUTHORITY]
    return codes[0] if codes else ""


def codes_of(authority: Authority) -> list[Code]:
    scheme = Identifier.Scheme
    codes = [(scheme.LOCAL_AUTHORITY, authority.code), (scheme.GSS, authority.gss), (scheme.ECODE, authority.ecode)]
    codes += [(scheme.FORMER_GSS, value) for value in authority.former_gss]
    return list(dict.fromkeys((str(scheme), value) for scheme, value in codes if value))


def _difference(authority: Authority, known: dict[str, Organisation]) -> Difference:
    organisation = known.get(authority.code)
    if organisation is None:
        return Difference(authority, None, names=list(authority.alternative_names), codes=codes_of(authority))
    fields = [
        FieldChange(name, getattr(organisation, name), getattr(authority, name))
        for name in PLAIN_FIELDS
        if getattr(organisation, name) != getattr(authority, name)
    ]
    for name in BODY_FIELDS:
        before, after = _register_code(getattr(organisation, name)), getattr(authority, name)
        if before != after:
            fields.append(FieldChange(name, before, after))
    return Difference(
        authority,
        organisation,
        fields=fields,
        names=_missing_names(authority, organisation),
        codes=_missing_codes(authority, organisation),
    )


def _missing_names(authority: Authority, organisation: Organisation) -> list[str]:
    """A council that is renamed keeps its old name as another name."""
    known = {row.name for row in organisation.alternative_names.all()}
    former = [organisation.name] if organisation.name != authority.name else []
    return [name for name in dict.fromkeys([*authority.alternative_names, *former]) if name not in known]


def _missing_codes(authority: Authority, organisation: Organisation) -> list[Code]:
    known = {(row.scheme, row.value) for row in organisation.identifiers.all()}
    return [code for code in codes_of(authority) if code not in known]


class _Slugs:
    def __init__(self) -> None:
        self.taken = set(Organisation.objects.values_list("slug", flat=True))

    def choose(self, authority: Authority) -> str:
        """An address stays: this is asked once, when the organisation is added."""
        short = slugify(authority.slug or authority.short_name)[:110]
        full = slugify(authority.name)[:110]
        slug = next(slug for slug in (short, full, f"{full}-{slugify(authority.code)}") if slug and slug not in self.taken)
        self.taken.add(slug)
        return slug


def successions_in(authorities: Iterable[Authority]) -> list[Succession]:
    """Councils that ended on the same day in the same successors ended in one event."""
    by_code = {authority.code: authority for authority in authorities}
    groups: dict[tuple[dt.date, frozenset[str]], set[str]] = defaultdict(set)
    for authority in by_code.values():
        if authority.replaced_by and authority.abolished_on:
            groups[authority.abolished_on, frozenset(authority.replaced_by)].add(authority.code)
    return [
        Succession(on, _kind(on, predecessors, [by_code[code] for code in successors]), predecessors, successors)
        for (on, successors), predecessors in sorted(groups.items(), key=lambda item: (item[0][0], sorted(item[0][1])))
    ]


def _kind(on: dt.date, predecessors: set[str], successors: list[Authority]) -> ChangeEvent.Kind:
    """By shape: into a body that was there before is a takeover, one into several a split, the rest a merger."""
    if all(successor.established_on is None or successor.established_on < on for successor in successors):
        return ChangeEvent.Kind.TAKEOVER
    if len(predecessors) == 1:
        return ChangeEvent.Kind.SPLIT if len(successors) > 1 else ChangeEvent.Kind.TAKEOVER
    return ChangeEvent.Kind.MERGE


@dataclass
class _Recorded:
    event: ChangeEvent
    predecessors: set[str]
    successors: frozenset[str]


def _recorded_events() -> list[_Recorded]:
    events = ChangeEvent.objects.prefetch_related("predecessors__identifiers", "successors__identifiers").order_by(
        "effective_on", "pk"
    )
    return [
        _Recorded(
            event,
            {_register_code(row) for row in event.predecessors.all()} - {""},
            frozenset(_register_code(row) for row in event.successors.all()),
        )
        for event in events
    ]


def _compare_successions(authorities: list[Authority]) -> tuple[list[Succession], list[tuple[ChangeEvent, set[str]]]]:
    recorded = _recorded_events()
    planned = successions_in(authorities)
    for succession in planned:
        match = next((row for row in recorded if _is_same(row, succession)), None)
        if match:
            succession.event = match.event
        succession.missing = succession.predecessors - (match.predecessors if match else set())
    event_of = {code: succession.event for succession in planned for code in succession.predecessors}
    in_file = {authority.code for authority in authorities}
    withdrawn = [
        (row.event, gone)
        for row in recorded
        if row.event.source == ChangeEvent.Source.REGISTER
        and (gone := {code for code in row.predecessors & in_file if event_of.get(code) != row.event})
    ]
    return [succession for succession in planned if succession.is_change], withdrawn


def _is_same(row: _Recorded, succession: Succession) -> bool:
    """A corrected date does not make a second event."""
    same_time = row.event.effective_on == succession.effective_on or bool(row.predecessors & succession.predecessors)
    return row.successors == succession.successors and same_time
