"""Text in which a narrower term stands further in than its broader one:

Customer contact
  = contact with residents
  Contact centre
    = call centre
"""

from __future__ import annotations

from taxonomy.labels import name_key
from taxonomy.skos.vocabulary import Entry, Text, Vocabulary, one_line

TAB = 4


def read_indented(text: str) -> Vocabulary:
    """`=` begins another name, `:` or `means:` the meaning of the term above it; `#` a comment. Terms have no URI yet."""
    vocabulary = Vocabulary()
    above: list[tuple[int, Entry]] = []
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        said = line.strip()
        if not said or said.startswith("#"):
            continue
        if said[0] in "=:" or said.startswith("means:"):
            _tell(vocabulary, above, said, number)
            continue
        depth = len(line.expandtabs(TAB)) - len(line.expandtabs(TAB).lstrip())
        while above and above[-1][0] >= depth:
            above.pop()
        entry = _term(vocabulary, one_line(said.removeprefix("- ").removeprefix("* ")), number)
        if above and above[-1][1] is not entry:
            entry.broader[above[-1][1].uri] = ""
        above.append((depth, entry))
    if not vocabulary.entries:
        vocabulary.problems.stop("There is no term in this file.", "line 1")
    return vocabulary


def _tell(vocabulary: Vocabulary, above: list[tuple[int, Entry]], said: str, number: int) -> None:
    told = one_line(said.removeprefix("means:").lstrip("=: "))
    if not above:
        vocabulary.problems.stop("This line speaks of a term, and none stands above it.", f"line {number}")
    elif not told:
        vocabulary.problems.warn("There is nothing after the sign.", f"line {number}")
    elif said[0] == "=":
        above[-1][1].names.add(Text("alternative", "en", told))
    else:
        above[-1][1].notes.add(Text("definition", "en", told))


def _term(vocabulary: Vocabulary, label: str, number: int) -> Entry:
    """A term that stands in two places is one term under two."""
    key = f"name:{name_key(label)}"
    if key not in vocabulary.entries:
        vocabulary.entries[key] = Entry(key, place=f"line {number}", names={Text("preferred", "en", label)})
    else:
        vocabulary.problems.warn(f"“{label}” stands in two places; it is one term.", f"line {number}")
    return vocabulary.entries[key]
