"""A small register of invented councils, with the columns and the traps of the real one."""

from __future__ import annotations

import csv
import io

HEADER = [
    "local-authority-code",
    "official-name",
    "nice-name",
    "gss-code",
    "start-date",
    "end-date",
    "replaced-by",
    "nation",
    "region",
    "local-authority-type",
    "local-authority-type-name",
    "county-la",
    "combined-authority",
    "alt-names",
    "former-gss-codes",
    "notes",
    "current-authority",
    "BS-6879",
    "ecode",
    "even-older-register-and-code",
    "gov-uk-slug",
    "area",
    "pop-2020",
    "x",
    "y",
    "lat",
    "long",
    "powers",
    "lower-or-unitary",
]

ROWS: list[dict[str, str]] = [
    # Chain: Eastholme and Fenwick became Holmwick, Holmwick and the county became Northmere; the county was split.
    {"local-authority-code": "EAH", "official-name": "Eastholme District Council", "nice-name": "Eastholme", "gss-code": "E07900001",
     "end-date": "2019-03-31", "replaced-by": "HWK", "local-authority-type": "NMD", "county-la": "NMC"},
    {"local-authority-code": "FEN", "official-name": "Fenwick Borough Council", "nice-name": "Fenwick", "gss-code": "E07900002",
     "end-date": "2019-03-31", "replaced-by": "HWK", "local-authority-type": "NMD", "county-la": "NMC"},
    {"local-authority-code": "HWK", "official-name": "Holmwick District Council", "nice-name": "Holmwick", "gss-code": "E07900003",
     "start-date": "2019-04-01", "end-date": "2023-04-01", "replaced-by": "NME", "local-authority-type": "NMD", "county-la": "NMC"},
    {"local-authority-code": "LOW", "official-name": "Lowdale District Council", "nice-name": "Lowdale", "gss-code": "E07900004",
     "end-date": "2023-04-01", "replaced-by": "NME", "local-authority-type": "NMD", "county-la": "NMC", "gov-uk-slug": "lowdale"},
    {"local-authority-code": "NMC", "official-name": "Northmere County Council", "nice-name": "Northmere", "gss-code": "E10900001",
     "end-date": "2023-04-01", "replaced-by": "NME,SME", "local-authority-type": "CTY", "gov-uk-slug": "northmere"},
    {"local-authority-code": "NME", "official-name": "Northmere Council", "nice-name": "Northmere", "gss-code": "E06900001",
     "start-date": "2023-04-01", "local-authority-type": "UA", "combined-authority": "MCA", "pop-2020": "217232.0",
     "former-gss-codes": "E06900008,E06900009", "ecode": "E9901", "BS-6879": "SAME"},
    {"local-authority-code": "SME", "official-name": "Southmere Council", "nice-name": "Southmere", "gss-code": "E06900002",
     "start-date": "2023-04-01", "local-authority-type": "UA", "combined-authority": "MCA", "pop-2020": "101000.0", "BS-6879": "SAME"},
    {"local-authority-code": "MCA", "official-name": "Mere Combined Authority", "nice-name": "Mere", "start-date": "2024-02-01",
     "local-authority-type": "COMB", "region": ""},
    # No successor and no GSS code, as the councils of Northern Ireland before 2015.
    {"local-authority-code": "NIR-A", "official-name": "Ballydoon District Council", "nice-name": "Ballydoon", "end-date": "2015-03-31",
     "nation": "Northern Ireland", "region": "Northern Ireland", "local-authority-type": "NID"},
    {"local-authority-code": "BAY", "official-name": "Ballydoon City, Glenarm and Moyle Borough Council",
     "nice-name": "Ballydoon City, Glenarm and Moyle", "gss-code": "N09900001", "start-date": "2015-04-01", "nation": "Northern Ireland",
     "region": "Northern Ireland", "local-authority-type": "NID", "pop-2020": "60780.0",
     "alt-names": "Ballydoon City, Glenarm and Moyle,ballydoon,Balydoon, Glenarm and Moyle,BALLYDOON"},
]  # fmt: skip

DEFAULTS = {"nation": "England", "region": "North West", "alt-names": "", "current-authority": "True"}


def register(*changes: dict[str, str], without: str = "", header: list[str] = HEADER) -> bytes:
    """The sample as a file; each change names its row by code, `without` leaves a row out."""
    by_code = {row["local-authority-code"]: {**DEFAULTS, **row} for row in ROWS}
    for change in changes:
        by_code[change["local-authority-code"]].update(change)
    by_code.pop(without, None)
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(by_code.values())
    return text.getvalue().encode()
