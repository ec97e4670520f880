"""One Whoosh index on disk: opened, ranked, written, and rebuilt aside.

The index is a directory with a random name behind a symbolic link, so that a rebuilt one takes its place in one step.
Index files are pickles: the directory belongs to the app alone and never lies under media.
"""

from __future__ import annotations

import fcntl
import secrets
import shutil
import string
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from whoosh import columns, fields, index, query
from whoosh.analysis import LowercaseFilter, RegexTokenizer, StemmingAnalyzer, StopFilter
from whoosh.searching import Searcher
from whoosh.writing import SegmentWriter

from hub.search.documents import Document, Key, Ranked, fold
from hub.search.engines import whoosh_ranking

FORMAT = "v2"  # a changed schema is another index: it is empty until it has been rebuilt
LONGEST_WORD = 64
LONGEST_START = 10
BETWEEN = "\u02d0" * 3  # a word nobody types, so that no phrase reaches from one text into the next
WAIT_FOR_LOCK = 10.0  # seconds
SHORTEST_CORRECTED = 4
ALIKE_BY = (("named", 1.0), ("text", 0.4))  # fields, and how much a word counts there
MOST_POSTINGS = 12_000  # of all words together: about 20 ms

analyser = StemmingAnalyzer(maxsize=LONGEST_WORD)
start_analyser = RegexTokenizer() | LowercaseFilter()
plain_analyser = start_analyser | StopFilter(minsize=SHORTEST_CORRECTED, maxsize=LONGEST_WORD)

SCHEMA = fields.Schema(
    # Read from a column: stored fields of every hit cost four times as much.
    key=fields.ID(unique=True, sortable=True),
    tie=fields.COLUMN(columns.VarBytesColumn()),
    digest=fields.STORED,
    text=fields.TEXT(analyzer=analyser, phrase=True),
    names=fields.TEXT(analyzer=plain_analyser, phrase=False),
    named=fields.TEXT(analyzer=analyser, phrase=False),
    starts=fields.NGRAMWORDS(minsize=1, maxsize=LONGEST_START, at="start"),
)


class Busy(Exception):
    """Somebody else writes this index, and has for longer than we wait."""


def stems(text: str) -> list[str]:
    """The words of a text as the index knows them, each once."""
    return list(dict.fromkeys(token.text for token in analyser(fold(text), mode="query")))


@lru_cache(maxsize=50_000)
def stem(word: str) -> tuple[str, ...]:
    """One word's stems, kept: a results page asks for some thousands of words, most of them again and again."""
    return tuple(stems(word))


def words(text: str) -> list[str]:
    return [token.text for token in plain_analyser(fold(text))]


class Store:
    """The index of one audience. Readers are kept for each thread: Whoosh's share a file position."""

    def __init__(self, folder: Path, audience: str) -> None:
        self.root = Path(folder) / FORMAT
        self.audience = audience
        self.link = self.root / audience
        self._own = threading.local()
        self._columns: dict[str, whoosh_ranking.Columns] = {}

    # --- Reading -----------------------------------------------------------------------------

    def searcher(self) -> Searcher | None:
        """As of now; None where nothing has been indexed yet. A file that vanishes between two reads is tried again."""
        for attempt in range(10):
            try:
                return self._fresh_searcher()
            except index.EmptyIndexError:
                return None
            except FileNotFoundError:
                time.sleep(0.01 * attempt)
        return self._fresh_searcher()

    def _fresh_searcher(self) -> Searcher | None:
        if not self.link.exists():
            self.forget()
            return None
        folder = self.link.resolve()
        kept: tuple[Path, Searcher] | None = getattr(self._own, "kept", None)
        if kept is None or kept[0] != folder:
            self.forget()
            searcher = index.open_dir(folder).searcher()
        else:
            searcher = kept[1].refresh()
        self._own.kept = (folder, searcher)
        return searcher

    def forget(self) -> None:
        """Closes this thread's reader."""
        kept = getattr(self._own, "kept", None)
        self._own.kept = self._own.names = None
        if kept is not None:
            kept[1].close()

    def count(self) -> int:
        searcher = self.searcher()
        return searcher.doc_count() if searcher else 0

    def rank(self, wanted: query.Query) -> list[Ranked]:
        """Every document that matches, in no order: what may be seen, and how many, is the database's to say."""
        searcher = self.searcher()
        return whoosh_ranking.rank(searcher, wanted.normalize(), self._columns) if searcher else []

    def alike(self, weights: Mapping[str, float]) -> list[Ranked]:
        """What is named or written like these stems, each with what it weighs; in no order.

        The rarest words say most and cost least: others are left out from where reading their postings would take too long.
        """
        searcher = self.searcher()
        if searcher is None:
            return []
        wanted = [
            (searcher.doc_frequency(field, stem), query.Term(field, stem, boost=weight * share))
            for stem, weight in weights.items()
            for field, share in ALIKE_BY
        ]
        terms: list[query.Term] = []
        read = 0
        for frequency, term in sorted(wanted, key=lambda entry: (entry[0], entry[1].fieldname, entry[1].text)):
            read += frequency
            if terms and read > MOST_POSTINGS:
                break
            if frequency:
                terms.append(term)
        return whoosh_ranking.rank(searcher, query.Or(terms), self._columns) if terms else []

    def correction(self, word: str) -> str | None:
        """The commonest word among the names of things that is one slip of the finger away."""
        known = self._names()
        if len(word) < SHORTEST_CORRECTED or word in known:
            return None
        near = {candidate for candidate in _one_slip_away(word) if candidate in known}
        return min(near, key=lambda candidate: (-known[candidate], candidate)) if near else None

    def _names(self) -> dict[str, int]:
        """In how many documents each word is a name. Read once for each state of the index."""
        searcher = self.searcher()
        if searcher is None:
            return {}
        kept: tuple[Any, dict[str, int]] | None = getattr(self._own, "names", None)
        reader = searcher.reader()
        state = (self.link.resolve(), reader.generation())
        if kept is None or kept[0] != state:
            kept = (state, {word.decode(): info.doc_frequency() for word, info in reader.iter_field("names")})
            self._own.names = kept
        return kept[1]

    # --- Writing -----------------------------------------------------------------------------

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One writer at a time, over processes; the system lets go of the lock of a process that was killed."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.root / f"{self.audience}.lock").open("w") as lock:
            until = time.monotonic() + WAIT_FOR_LOCK
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > until:
                        raise Busy(self.audience) from None
                    time.sleep(0.05)
            yield

    def apply(self, changes: Mapping[Key, Document | None]) -> int:
        """Replace or (None) remove, all in one commit. What the index already says so is not written again."""
        with self.locked():
            if not self.link.exists():
                self._put_in_place(self._new_folder())
            needed = self._needed(changes)
            if needed:
                with writing(self.link.resolve()) as writer:
                    _replace(writer, needed)
        return len(needed)

    def _needed(self, changes: Mapping[Key, Document | None]) -> dict[Key, Document | None]:
        searcher = self.searcher()
        needed = {}
        for key, document in changes.items():
            stored = searcher.document(key=str(key)) if searcher else None
            if (stored or {}).get("digest") != (document.digest if document else None):
                needed[key] = document
        return needed

    @contextmanager
    def rebuilding(self) -> Iterator[SegmentWriter]:
        """A writer beside the index in use, which takes its place at the end; until then nobody notices."""
        with self.locked():
            folder = self._new_folder()
            try:
                with writing(folder, limitmb=256) as writer:
                    yield writer
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            self._put_in_place(folder)

    def _new_folder(self) -> Path:
        folder = self.root / f"{self.audience}-{secrets.token_hex(6)}"
        folder.mkdir(mode=0o700)
        index.create_in(folder, SCHEMA)
        return folder

    def _put_in_place(self, folder: Path) -> None:
        beside = self.root / f"{self.audience}.next"
        beside.unlink(missing_ok=True)
        beside.symlink_to(folder.name)
        beside.replace(self.link)
        for old in self.root.glob(f"{self.audience}-*"):
            if old != folder:
                shutil.rmtree(old, ignore_errors=True)

    def clear(self) -> None:
        """Everything goes, for tests and for a reset."""
        self.forget()
        with self.locked():
            self.link.unlink(missing_ok=True)
            for old in self.root.glob(f"{self.audience}-*"):
                shutil.rmtree(old, ignore_errors=True)


@contextmanager
def writing(folder: Path, limitmb: int = 64) -> Iterator[SegmentWriter]:
    """Commits at the end. Whoosh keeps its lock when a commit fails: we let go of it whatever happens."""
    writer = index.open_dir(folder).writer(timeout=WAIT_FOR_LOCK, limitmb=limitmb)
    try:
        yield writer
        writer.commit()
    except BaseException:
        with suppress(Exception):
            writer.cancel()
        raise
    finally:
        if writer.writelock is not None and writer.writelock.fd is not None:
            writer.writelock.release()


def add(writer: SegmentWriter, document: Document) -> None:
    writer.add_document(
        key=str(document.key),
        tie=document.tie.encode(),
        digest=document.digest,
        text=f" {BETWEEN} ".join(document.text),
        names="\n".join(document.names),
        named="\n".join(document.names),
        starts="\n".join(document.starts),
    )


def _replace(writer: SegmentWriter, changes: Mapping[Key, Document | None]) -> None:
    with writer.searcher() as searcher:
        for key in changes:
            for number in searcher.document_numbers(key=str(key)):
                writer.delete_document(number)
    for document in changes.values():
        if document is not None:
            add(writer, document)


def _one_slip_away(word: str) -> Iterable[str]:
    """A letter too many, too few, wrong, or two the wrong way round."""
    letters = string.ascii_lowercase
    halves = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    yield from (a + b[1:] for a, b in halves if b)
    yield from (a + b[1] + b[0] + b[2:] for a, b in halves if len(b) > 1)
    yield from (a + letter + b[1:] for a, b in halves if b for letter in letters)
    yield from (a + letter + b for a, b in halves for letter in letters)
