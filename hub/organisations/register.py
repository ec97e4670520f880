"""The public register of local authorities, read from its CSV file: pure text in, authorities or named problems out.

The file is mySociety's `uk_local_authorities.csv` (CC BY 4.0). It is keyed by `local-authority-code`; its `BS-6879` column
is wrong for two councils and is not read.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from hub.core.cell_problem import CellProblem
from hub.organisations.models import Organisation

# The register's types, as the kinds and tiers we show. The City of London counts among the London boroughs.
TYPES: dict[str, tuple[Organisation.Kind, Organisation.Tier]] = {
    "CTY": (Organisation.Kind.COUNCIL, Organisation.Tier.COUNTY),
    "NMD": (Organisation.Kind.COUNCIL, Organisation.Tier.DISTRICT),
    "UA": (Organisation.Kind.COUNCIL, Organisation.Tier.UNITARY),
    "MD": (Organisation.Kind.COUNCIL, Organisation.Tier.METROPOLITAN),
    "LBO": (Organisation.Kind.COUNCIL, Organisation.Tier.LONDON),
    "CC": (Organisation.Kind.COUNCIL, Organisation.Tier.LONDON),
    "SCO": (Organisation.Kind.COUNCIL, Organisation.Tier.SCOTTISH),
    "WPA": (Organisation.Kind.COUNCIL, Organisation.Tier.WELSH),
    "NID": (Organisation.Kind.COUNCIL, Organisation.Tier.NORTHERN_IRISH),
    "COMB": (Organisation.Kind.COMBINED_AUTHORITY, Organisation.Tier.STRATEGIC),
    "SRA": (Organisation.Kind.COMBINED_AUTHORITY, Organisation.Tier.STRATEGIC),
}

CODE = "local-authority-code"
REFERENCES = ("replaced-by", "county-la", "combined-authority")
# Columns we read, with the most characters each may hold (0: checked by its own rule).
COLUMNS = {
    CODE: 40,
    "official-name": 200,
    "nice-name": 120,
    "gss-code": 40,
    "former-gss-codes": 0,
    "start-date": 0,
    "end-date": 0,
    "replaced-by": 0,
    "nation": 0,
    "region": 80,
    "local-authority-type": 0,
    "county-la": 0,
    "combined-authority": 0,
    "alt-names": 0,
    "pop-2020": 0,
    "ecode": 40,
    "gov-uk-slug": 120,
}

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LIST = re.compile(r",(?! )")  # a comma before a space belongs to a name: "Armagh City, Banbridge and Craigavon"
_UNDECODED = re.compile("[\ud800-\udfff]")  # what `surrogateescape` leaves of a byte that is not UTF-8


class RegisterProblems(Exception):
    """The file cannot be read as a register; nothing may be written from it."""

    def __init__(self, problems: list[CellProblem]) -> None:
        self.problems = sorted(dict.fromkeys(problems), key=lambda problem: problem.line)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class Authority:
    """One row; `county`, `combined_authority` and `replaced_by` hold register codes."""

    code: str
    name: str
    short_name: str
    kind: Organisation.Kind
    tier: Organisation.Tier
    nation: str
    region: str
    county: str
    combined_authority: str
    replaced_by: tuple[str, ...]
    population: int | None
    established_on: dt.date | None
    abolished_on: dt.date | None
    gss: str
    former_gss: tuple[str, ...]
    ecode: str
    slug: str
    alternative_names: tuple[str, ...]


def parse(content: bytes) -> list[Authority]:
    """Every row of the file, or every problem in it."""
    table = _Table(content)
    authorities = [_authority(row) for row in table.rows()]
    if not table.problems and not authorities:
        table.problems.append(CellProblem(1, CODE, "the file has no rows"))
    if table.problems:
        raise RegisterProblems(table.problems)
    return authorities


class _Row:
    """One line's cells; a reader of a cell that does not hold what it should notes the problem and answers nothing."""

    def __init__(self, line: int, cells: dict[str, str], problems: list[CellProblem]) -> None:
        self.line, self.cells, self.problems = line, cells, problems

    def fail(self, column: str, text: str) -> None:
        self.problems.append(CellProblem(self.line, column, text))

    def text(self, column: str) -> str:
        value = self.cells[column].strip()
        if _UNDECODED.search(value) or "\x00" in value:
            self.fail(column, "not readable as UTF-8")
        elif COLUMNS[column] and len(value) > COLUMNS[column]:
            self.fail(column, f"longer than {COLUMNS[column]} characters")
        return value

    def needed(self, column: str) -> str:
        value = self.text(column)
        if not value:
            self.fail(column, "is empty")
        return value

    def date(self, column: str) -> dt.date | None:
        value = self.text(column)
        if not value:
            return None
        try:
            if not _DATE.fullmatch(value):
                raise ValueError
            return dt.date.fromisoformat(value)
        except ValueError:
            self.fail(column, f"“{value}” is not a date like 2023-04-01")
            return None

    def whole_number(self, column: str) -> int | None:
        """The register writes whole numbers as “217232.0”."""
        value = self.text(column)
        if not value:
            return None
        if not re.fullmatch(r"\d{1,9}(\.0+)?", value):
            self.fail(column, f"“{value}” is not a whole number")
            return None
        return int(value.split(".")[0])

    def codes(self, column: str) -> tuple[str, ...]:
        return tuple(code.strip() for code in self.text(column).split(",") if code.strip())

    def code(self, column: str) -> str:
        codes = self.codes(column)
        if len(codes) > 1:
            self.fail(column, "names more than one body")
        return codes[0] if codes else ""

    def nation(self) -> str:
        value = self.text("nation")
        if value not in Organisation.Nation.values:
            self.fail("nation", f"“{value}” is not a nation we know")
        return value

    def kind_and_tier(self) -> tuple[Organisation.Kind, Organisation.Tier]:
        value = self.text("local-authority-type")
        if value not in TYPES:
            self.fail("local-authority-type", f"“{value}” is not a type we know")
        return TYPES.get(value, (Organisation.Kind.COUNCIL, Organisation.Tier.UNITARY))

    def period(self) -> tuple[dt.date | None, dt.date | None]:
        started_on, ended_on = self.date("start-date"), self.date("end-date")
        if started_on and ended_on and ended_on < started_on:
            self.fail("end-date", "is before the start-date")
        if self.text("replaced-by") and not self.text("end-date"):
            self.fail("end-date", "is empty, though the row names what replaced it")
        return started_on, ended_on


class _Table:
    def __init__(self, content: bytes) -> None:
        self.problems: list[CellProblem] = []
        text = content.decode("utf-8-sig", errors="surrogateescape")
        self._reader = csv.reader(io.StringIO(text, newline=""), strict=True)

    def rows(self) -> list[_Row]:
        """Rows of the right shape; codes and the references to them are checked across all."""
        header = next(self._reader, [])
        missing = [column for column in COLUMNS if column not in header]
        self.problems += [CellProblem(1, column, "the column is missing") for column in missing]
        if missing:
            return []
        rows = list(self._read(header))
        if not self.problems:  # a row that cannot be read would leave every reference to it dangling
            self._check_codes(rows)
        return rows

    def _read(self, header: list[str]) -> Iterator[_Row]:
        line = 2
        while True:
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                self.problems.append(CellProblem(line, header[0], f"the line cannot be read: {error}"))
                return
            if len(cells) < len(header) and cells:
                self.problems.append(
                    CellProblem(line, header[len(cells)], f"the row ends after {len(cells)} of {len(header)} cells")
                )
            elif len(cells) > len(header):
                self.problems.append(CellProblem(line, header[-1], f"the row has {len(cells)} cells, the header {len(header)}"))
            elif cells:
                yield _Row(line, dict(zip(header, cells, strict=True)), self.problems)
            line = self._reader.line_num + 1

    def _check_codes(self, rows: list[_Row]) -> None:
        lines: dict[str, int] = {}
        for row in rows:
            code = row.needed(CODE)
            if lines.setdefault(code, row.line) != row.line:
                row.fail(CODE, f"“{code}” stands on line {lines[code]} already")
        for row in rows:
            for column in REFERENCES:
                for reference in row.codes(column):
                    if reference not in lines or lines[reference] == row.line:
                        row.fail(column, f"no other row has the code “{reference}”")


def _authority(row: _Row) -> Authority:
    kind, tier = row.kind_and_tier()
    name, short_name = row.needed("official-name"), row.needed("nice-name")
    established_on, ended_on = row.period()
    return Authority(
        code=row.text(CODE),
        name=name,
        short_name=short_name,
        kind=kind,
        tier=tier,
        nation=row.nation(),
        region=row.text("region"),
        county=row.code("county-la"),
        combined_authority=row.code("combined-authority"),
        replaced_by=row.codes("replaced-by"),
        population=row.whole_number("pop-2020"),
        established_on=established_on,
        abolished_on=first_day_without(ended_on),
        gss=row.text("gss-code"),
        former_gss=row.codes("former-gss-codes"),
        ecode=row.text("ecode"),
        slug=row.text("gov-uk-slug"),
        alternative_names=other_names(row.text("alt-names"), besides=(name, short_name)),
    )


def first_day_without(ended_on: dt.date | None) -> dt.date | None:
    """The register writes sometimes a council's last day (31 March), sometimes the day its successor takes over (1 April)."""
    if ended_on is None or ended_on.day == 1:
        return ended_on
    return ended_on + dt.timedelta(days=1)


def other_names(listed: str, besides: tuple[str, ...]) -> tuple[str, ...]:
    """Each name once, whatever its capitals; the first spelling stays."""
    seen = {name.casefold() for name in besides}
    names = []
    for name in (part.strip()[:200] for part in _LIST.split(listed)):
        if name and name.casefold() not in seen:
            seen.add(name.casefold())
            names.append(name)
    return tuple(names)
