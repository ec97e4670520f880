"""Breaks each `visible_to` in turn, so that everybody sees everything, and demands that the whole-site tests notice.

    python -m tests.whole_site.mutate_visible_to [name …]

First the requests alone, the matrix and the two worlds; a mutant that only the comparison of rows notices is said to be
so, since no outlet depends on it. A `visible_to` that hides nothing has no mutant.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The register and the market are public throughout: their bodies are the mutant already.
HIDES_NOTHING = {"hub.organisations.models.OrganisationQuerySet", "stepshare.models.directory.ProductQuerySet"}
REQUESTS = "test_every_cell_of_the_matrix or test_the_world_with_secrets_answers_as_the_one_without"
ROWS = "test_every_visible_to_gives_the_same_rows_in_both_worlds"


def querysets() -> Iterator[str]:
    """By name, every queryset of ours that says for itself what a viewer may see."""
    from django.db.models import QuerySet

    from hub.core.personal_data import OUR_PACKAGES

    waiting: list[type] = [QuerySet]
    while waiting:
        known = waiting.pop()
        waiting += known.__subclasses__()
        if (
            known.__module__.split(".")[0] in OUR_PACKAGES
            and "visible_to" in vars(known)
            and known.__qualname__.endswith("QuerySet")
        ):
            yield f"{known.__module__}.{known.__qualname__}"


def is_noticed(mutant: str, tests: str) -> bool:
    # Known failures of the site as it is would pass for a noticed mutant.
    command = [
        sys.executable,
        "-m",
        "pytest",
        "tests/whole_site",
        "-p",
        "tests.whole_site.mutation",
        "-k",
        tests,
        "-q",
        "-x",
        "--tb=no",
    ]
    result = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "HUB_MUTANT": mutant}, capture_output=True, text=True, check=False
    )
    if result.returncode not in (0, 1):
        raise RuntimeError(f"{mutant}: pytest could not run.\n{result.stdout}\n{result.stderr}")
    return result.returncode == 1


def verdict(mutant: str) -> str:
    if is_noticed(mutant, REQUESTS):
        return "noticed by what is sent"
    return "noticed by its rows only" if is_noticed(mutant, ROWS) else "NOT NOTICED"


def main(wanted: list[str]) -> int:
    import django

    django.setup()
    everything = sorted(set(querysets()))
    if is_noticed("", f"{REQUESTS} or {ROWS}"):
        sys.stderr.write("The tests fail as it is: first mend that, since no mutant could be told from it.\n")
        return 2
    verdicts = {}
    for name in everything:
        if name not in HIDES_NOTHING and (not wanted or any(part in name for part in wanted)):
            verdicts[name] = verdict(name)
            sys.stdout.write(f"{name}.visible_to: {verdicts[name]}\n")
            sys.stdout.flush()
    noticed = sum(said != "NOT NOTICED" for said in verdicts.values())
    sys.stdout.write(f"{noticed} of {len(verdicts)} noticed; {len(HIDES_NOTHING)} more hide nothing.\n")
    return 0 if noticed == len(verdicts) else 1


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.test")
    sys.exit(main(sys.argv[1:]))
