"""What a file of questions from elsewhere means on this hub. Reads and compares; nothing is written, and no lock is held."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from allauth.account.models import EmailAddress

from forum.import_file import ANSWER, COMMENT, QUESTION, ImportProblems, Row, quoted
from forum.models import AnswerMark, ImportedPost, Post, Question
from hub.core.audience import Audience
from hub.core.cell_problem import CellProblem
from hub.core.markdown import render
from hub.mail.recipients import address_hash
from hub.organisations.models import Identifier, Organisation
from stepshare.models import Product
from taxonomy.models import Concept
from taxonomy.queries import find_terms

_AT_ONCE = 500


@dataclass(frozen=True)
class Parent:
    """A question or answer that earlier imports brought in."""

    question: int
    answer: int | None
    at: dt.datetime
    audience: str


@dataclass(frozen=True)
class Planned:
    """One row as it will be written. `author` is a user's key; without one, `name` stands there and `address_hash` may claim it."""

    row: Row
    body_html: str
    author: int | None
    name: str
    address_hash: str
    council: int | None
    concepts: tuple[int, ...]
    products: tuple[int, ...]
    by_asker: bool
    fingerprint: str


@dataclass(frozen=True)
class Plan:
    """`changed` pairs what the file says now with the row of an earlier import. `parents` are by key."""

    source: str
    new: list[Planned]
    changed: list[tuple[Planned, ImportedPost]]
    unchanged: int
    parents: dict[str, Parent]
    authors: dict[str, int] = field(repr=False)

    def counted(self, kind: str) -> int:
        return sum(planned.row.kind == kind for planned in self.new)

    @property
    def claimable(self) -> int:
        return sum(bool(planned.address_hash) for planned in self.new)


def plan(rows: list[Row], source: str) -> Plan:
    """Raises ImportProblems with everything in the file that has no meaning here."""
    return _Planner(rows, source).plan()


def users_with(emails: Iterable[str]) -> dict[str, int]:
    """Who has proved that an address is theirs, by address."""
    found: dict[str, int] = {}
    wanted = sorted(set(emails) - {""})
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        proved = EmailAddress.objects.filter(email__in=part, verified=True, user__is_active=True)
        found |= dict(proved.values_list("email", "user_id"))
    return found


class _Planner:
    def __init__(self, rows: list[Row], source: str) -> None:
        self.rows, self.source = rows, source
        self.by_key = {row.key: row for row in rows}
        self.problems: list[CellProblem] = []
        posts = ImportedPost.objects.filter(source=source).select_related("question", "answer__question", "comment__question")
        wanted = {row.parent for row in rows} | set(self.by_key)
        self.known = {post.key: post for post in posts.iterator(chunk_size=2000) if post.key in wanted}

    def plan(self) -> Plan:
        self._check_threads()
        self._check_accepted()
        authors = users_with(row.email for row in self.rows)
        councils, terms, systems = self._councils(), self._terms(), self._systems()
        if self.problems:
            raise ImportProblems(self.problems)
        new: list[Planned] = []
        changed: list[tuple[Planned, ImportedPost]] = []
        for row in self.rows:
            known = self.known.get(row.key)
            planned = self._planned(row, authors, councils.get(row.council), terms, systems)
            if known is None:
                new.append(planned)
            elif known.fingerprint != planned.fingerprint:
                changed.append((planned, known))
        parents = {key: self._parent(post) for key, post in self.known.items() if post.comment_id is None}
        return Plan(self.source, new, changed, len(self.rows) - len(new) - len(changed), parents, authors)

    def _planned(
        self,
        row: Row,
        authors: dict[str, int],
        council: int | None,
        terms: dict[str, Concept | None],
        systems: dict[str, list[int]],
    ) -> Planned:
        author = authors.get(row.email)
        concepts = tuple(dict.fromkeys(concept.pk for term in row.terms if (concept := terms[term])))
        products = tuple(dict.fromkeys(systems[name.casefold()][0] for name in row.systems))
        said = [row.title, row.body, row.at.isoformat(), council, sorted(concepts), sorted(products)]
        fingerprint = sha256(json.dumps(said).encode()).hexdigest()
        known = self.known.get(row.key)
        return Planned(
            row=row,
            # What is as it was is not written again.
            body_html="" if known and known.fingerprint == fingerprint else render(row.body),
            author=author,
            name="" if author else row.name,
            address_hash="" if author or not row.email else address_hash(row.email),
            council=council,
            concepts=concepts,
            products=products,
            by_asker=row.kind != QUESTION and self._is_asker(row, authors),
            fingerprint=fingerprint,
        )

    def _is_asker(self, row: Row, authors: dict[str, int]) -> bool:
        """By account or address: two people may have one name."""
        question = self._question_of(row)
        if isinstance(question, Row):
            if row.email and row.email == question.email:
                return True
            return row.email in authors and authors[row.email] == authors.get(question.email)
        if question is None or not row.email:
            return False
        if (author := authors.get(row.email)) is not None and question.author_id == author:
            return True
        imported = self.known.get(self._question_key(row))
        return imported is not None and imported.address_hash == address_hash(row.email)

    # --- Threads ----------------------------------------------------------------------------------

    def _question_key(self, row: Row) -> str:
        """Through the answer, for a comment on one."""
        while row.kind != QUESTION and (above := self.by_key.get(row.parent)) is not None:
            row = above
        if row.kind == QUESTION:
            return row.key
        return row.parent

    def _question_of(self, row: Row) -> Row | Question | None:
        key = self._question_key(row)
        if key in self.known:
            post = self.known[key]
            found: Question = post.question or post.post.question
            return found
        return self.by_key.get(key)

    def _parent(self, post: ImportedPost) -> Parent:
        question: Question = post.question or post.post.question
        return Parent(question.pk, post.answer_id, post.posted_at, question.audience)

    def _check_threads(self) -> None:
        for row in self.rows:
            if (known := self.known.get(row.key)) and known.kind_in_words.lower() != row.kind:
                self._wrong(row, "kind", f"{quoted(row.key)} was imported as {known.kind_in_words.lower()}")
            if row.kind != QUESTION:
                self._check_parent(row)

    def _check_parent(self, row: Row) -> None:
        above, known = self.by_key.get(row.parent), self.known.get(row.parent)
        if above is None and known is None:
            return self._wrong(row, "parent id", f"no row has the id {quoted(row.parent)}, nor does an earlier import")
        kind = above.kind if above else known.kind_in_words.lower() if known else ""
        if kind == COMMENT or (row.kind == ANSWER and kind != QUESTION):
            may_be = "a question" if row.kind == ANSWER else "a question or an answer"
            return self._wrong(row, "parent id", f"{quoted(row.parent)} is {_a(kind)}; {_a(row.kind)} belongs to {may_be}")
        if row.at < (above.at if above else known.posted_at if known else row.at):
            self._wrong(row, "date", f"is before that of {quoted(row.parent)}, to which it belongs")
        question = self._question_of(row)
        if question is not None and question.audience == Audience.PUBLIC and row.audience == Audience.MEMBERS:
            self._wrong(row, "audience", "everybody reads the question, and so its answers and comments")
        if isinstance(question, Question) and question.status == Post.Status.MERGED and row.key not in self.known:
            self._wrong(row, "parent id", f"{quoted(row.parent)} has been joined to another question since")
        return None

    def _check_accepted(self) -> None:
        accepted: dict[str, Row] = {}
        for row in self.rows:
            if not row.is_accepted or row.key in self.known:
                continue
            first = accepted.setdefault(row.parent, row)
            if first is not row:
                self._wrong(row, "accepted", f"the answer on line {first.line} to the same question is accepted already")
        settled = {self.known[key].question_id: row for key, row in accepted.items() if key in self.known}
        marks = AnswerMark.objects.accepted().filter(question__imported__source=self.source)
        for question in marks.values_list("question", flat=True) if settled else ():
            if second := settled.get(question):
                self._wrong(second, "accepted", "the question has an accepted answer already")

    # --- Words ------------------------------------------------------------------------------------

    def _councils(self) -> dict[str, int]:
        """By what the file says: a code, or a name that is one council's only."""
        said = {row.council for row in self.rows} - {""}
        found: dict[str, set[int]] = {}
        if said:
            for word, key in _words_for_councils():
                found.setdefault(word.strip().casefold(), set()).add(key)
        for row in self.rows:
            keys = found.get(row.council.casefold(), set())
            if row.council and len(keys) != 1:
                why = "is the name of several councils: give the code" if keys else "is no council on record, by code or name"
                self._wrong(row, "council", f"{quoted(row.council)} {why}")
        return {word: min(of_word) for word in said if (of_word := found.get(word.casefold()))}

    def _terms(self) -> dict[str, Concept | None]:
        found = find_terms({term for row in self.rows for term in row.terms})
        for row in self.rows:
            for term in row.terms:
                if found[term] is None:
                    self._wrong(row, "terms", f"{quoted(term)} is no term of the A to Z")
        return found

    def _systems(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        if any(row.systems for row in self.rows):
            for key, name in Product.objects.order_by("pk").values_list("pk", "name"):
                found.setdefault(name.casefold(), []).append(key)
        for row in self.rows:
            for name in row.systems:
                if len(keys := found.get(name.casefold(), [])) != 1:
                    self._wrong(row, "systems", f"{quoted(name)} is {'several systems' if keys else 'no system'} on record")
        return found

    def _wrong(self, row: Row, column: str, text: str) -> None:
        self.problems.append(CellProblem(row.line, column, text))


def _words_for_councils() -> Iterable[tuple[str, int]]:
    bodies = Organisation.objects.with_area()
    codes = Identifier.objects.filter(organisation__in=bodies)
    yield from codes.values_list("value", "organisation")
    for key, name, short, other in bodies.values_list("pk", "name", "short_name", "alternative_names__name"):
        yield from ((word, key) for word in (name, short, other) if word)


def _a(kind: str) -> str:
    return f"an {kind}" if kind == ANSWER else f"a {kind}"
