"""The list of councils' mail domains, read from a CSV file: text in, domains with register codes or named problems out.

Columns `domain` and `local-authority-code`; others are not read. One domain may serve several councils, and a council may
have several.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from hub.core.cell_problem import CellProblem
from hub.organisations.addresses import is_domain
from hub.organisations.models import Identifier, MailDomain, Organisation
from hub.organisations.register import CODE, RegisterProblems

DOMAIN = "domain"
Pair = tuple[str, str]  # domain, register code


@dataclass(frozen=True)
class DomainComparison:
    """What an import would change. `unlisted` are on record and not in the file."""

    added: list[Pair]
    unchanged_count: int
    unlisted: list[MailDomain]
    keys: dict[str, int] = field(repr=False)  # register code to primary key


def parse(content: bytes) -> dict[Pair, int]:
    """Each pair with its line.

    Raises RegisterProblems with every problem of the file: a code that the register lacks is told by `compare`.
    """
    problems: list[CellProblem] = []
    pairs: dict[Pair, int] = {}
    for line, domain, code in _rows(content, problems):
        if not is_domain(domain):
            problems.append(CellProblem(line, DOMAIN, f"“{domain}” is not a domain in lower case like ambleford.gov.uk"))
        if not code:
            problems.append(CellProblem(line, CODE, "is empty"))
        first = pairs.setdefault((domain, code), line)
        if first != line:
            problems.append(CellProblem(line, DOMAIN, f"“{domain}” with “{code}” stands on line {first} already"))
    if not problems and not pairs:
        problems.append(CellProblem(1, DOMAIN, "the file has no rows"))
    if problems:
        raise RegisterProblems(problems)
    return pairs


def _rows(content: bytes, problems: list[CellProblem]) -> Iterator[tuple[int, str, str]]:
    """(line, domain, code) of every row of the right shape."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.append(CellProblem(content[: error.start].count(b"\n") + 1, DOMAIN, "not readable as UTF-8"))
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = next(reader, [])
    missing = [column for column in (DOMAIN, CODE) if column not in header]
    if missing:
        problems.extend(CellProblem(1, column, "the column is missing") for column in missing)
        return
    domain, code = header.index(DOMAIN), header.index(CODE)
    line = 2
    try:
        for cells in reader:
            if cells and len(cells) != len(header):
                problems.append(CellProblem(line, header[-1], f"the row has {len(cells)} cells, the header {len(header)}"))
            elif cells:
                yield line, cells[domain].strip(), cells[code].strip()
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(CellProblem(line, DOMAIN, f"the line cannot be read: {error}"))


def compare(pairs: dict[Pair, int]) -> DomainComparison:
    """Against the database. Raises RegisterProblems for every row whose code no council or authority has."""
    keys = _keys_by_code()
    unknown = [
        CellProblem(line, CODE, f"no council on record has the code “{code}”: import the register first")
        for (_, code), line in pairs.items()
        if code not in keys
    ]
    if unknown:
        raise RegisterProblems(unknown)
    wanted = {(domain, keys[code]) for domain, code in pairs}
    on_record = {(row.domain, row.organisation_id): row for row in MailDomain.objects.select_related("organisation")}
    added = [(domain, code) for domain, code in pairs if (domain, keys[code]) not in on_record]
    unlisted = [row for pair, row in sorted(on_record.items()) if pair not in wanted]
    return DomainComparison(added, len(pairs) - len(added), unlisted, keys)


def _keys_by_code() -> dict[str, int]:
    codes = Identifier.objects.filter(scheme=Identifier.Scheme.LOCAL_AUTHORITY, organisation__kind__in=Organisation.WITH_AREA)
    return dict(codes.values_list("value", "organisation_id"))
