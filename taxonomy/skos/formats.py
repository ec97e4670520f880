"""Which format a file is in, whatever it is called, and how each is written."""

from __future__ import annotations

import gzip
import io
import json
import re
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from taxonomy.skos import rdf_out, tables
from taxonomy.skos.indented import read_indented
from taxonomy.skos.parsing import Unreadable, read_json_ld, read_n_triples, read_quads, read_rdf_xml, read_turtle
from taxonomy.skos.rdf_in import vocabulary_in
from taxonomy.skos.vocabulary import Vocabulary

MOST_BYTES = 30 * 1024 * 1024
_TURTLE = re.compile(r"^\s*(?:@prefix|@base|prefix\s+[\w-]*:|base\s+<)", re.IGNORECASE | re.MULTILINE)
_TRIPLE = re.compile(r"(?:<[^>]*>|_:\S+)\s+<[^>]*>\s+.*\.\s*(?:#.*)?$")
_QUAD = re.compile(
    r"""(?:<[^>]*>|_:\S+)\s+<[^>]*>\s+(?:<[^>]*>|_:\S+|"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^<[^>]*>)?)\s+(?:<[^>]*>|_:\S+)\s*\."""
)
_XML_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([\w.-]+)[\"']")


@dataclass(frozen=True)
class Written:
    """A format in which a scheme leaves the hub. `write` gives it in pieces."""

    suffix: str
    title: str
    media_type: str
    write: Callable[[Vocabulary], Iterable[str | bytes]]


def _whole(write: Callable[[Vocabulary], str | bytes]) -> Callable[[Vocabulary], Iterable[str | bytes]]:
    return lambda vocabulary: iter((write(vocabulary),))


WRITTEN = {
    form.suffix: form
    for form in (
        Written("ttl", "Turtle", "text/turtle", rdf_out.turtle),
        Written("rdf", "RDF/XML", "application/rdf+xml", _whole(rdf_out.rdf_xml)),
        Written("jsonld", "JSON-LD", "application/ld+json", _whole(rdf_out.json_ld)),
        Written("nt", "N-Triples", "application/n-triples", rdf_out.n_triples),
        Written("json", "JSON", "application/json", _whole(rdf_out.json_ld)),
        Written("csv", "CSV", "text/csv", tables.as_csv),
        Written(
            "xlsx",
            "Excel workbook",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            _whole(tables.as_xlsx),
        ),
        Written("sharepoint.ttl", "Turtle for SharePoint's term store", "text/turtle", rdf_out.share_point),
    )
}
# For one term: by Accept, in the order in which we would rather answer.
OF_ONE_TERM = ("ttl", "rdf", "jsonld", "json", "nt")
DOWNLOADS = ("ttl", "rdf", "jsonld", "nt", "csv", "xlsx", "sharepoint.ttl")


def _rdf(parse: Callable[[str, str], object]) -> Callable[[str, str], Vocabulary]:
    return lambda text, base: vocabulary_in(parse(text, base))  # type: ignore[arg-type]


_READERS: dict[str, Callable[[str, str], Vocabulary]] = {
    "Turtle": _rdf(read_turtle),
    "RDF/XML": _rdf(read_rdf_xml),
    "JSON-LD": _rdf(read_json_ld),
    "N-Triples": _rdf(read_n_triples),
    "N-Quads": _rdf(read_quads("nquads")),
    "TriG": _rdf(read_quads("trig")),
    "CSV": lambda text, base: tables.read_csv(text),
    "indented text": lambda text, base: read_indented(text),
}


def read_file(data: bytes, name: str = "", base: str = "") -> tuple[str, Vocabulary]:
    """(format, what the file says). Raises Unreadable."""
    kind, found = _read(data, name, base)
    if not found.entries and not found.problems.stop_it:
        found.problems.stop("There is no term in this file.")
    return kind, found


def _read(data: bytes, name: str, base: str) -> tuple[str, Vocabulary]:
    data = unpacked(data)
    if not data.strip():
        raise Unreadable("The file is empty.")
    if data.startswith(b"PK\x03\x04"):
        return "Excel workbook", tables.read_xlsx(data)
    text = decoded(data)
    kind = format_of(text, name)
    return kind, _READERS[kind](text, base)


def unpacked(data: bytes) -> bytes:
    """Out of gzip, as large vocabularies are published; and never more than we read."""
    if data.startswith(b"\x1f\x8b"):
        try:
            with gzip.open(io.BytesIO(data)) as packed:
                data = packed.read(MOST_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise Unreadable(f"This gzip file is damaged: {error}. Fetch it once more.") from error
    if len(data) > MOST_BYTES:
        raise Unreadable(f"The file is larger than {MOST_BYTES // 1024 // 1024} MB. Bring it in in parts.")
    return data


def decoded(data: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _decode(data, encoding)
    told = _XML_ENCODING.match(data.lstrip()[:200])
    if told:
        named = told[1].decode()
        # What can be read byte by byte is neither UTF-16 nor UTF-32, though .NET's StringWriter says so of what becomes UTF-8.
        return _decode(data, "utf-8" if re.match(r"utf[-_]?(16|32)", named, re.IGNORECASE) else named)
    if b"\x00" in data[:200]:
        half = data[:200]
        return _decode(data, "utf-16-le" if half[1::2].count(0) > half[::2].count(0) else "utf-16-be")
    return _decode(data, "utf-8")


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError as error:
        raise Unreadable(f"The file says that it is in “{encoding}”, which is no encoding we know. Save it as UTF-8.") from error
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unreadable(f"Line {line} holds a character that is not {encoding.upper()}. Save the file as UTF-8.") from error
    except UnicodeError as error:
        raise Unreadable(f"The file says that it is in “{encoding}”, and cannot be read so. Save it as UTF-8.") from error


def format_of(text: str, name: str = "") -> str:
    """By what is in it; only where that leaves a doubt, by what the file is called."""
    head = text.lstrip("\ufeff").lstrip()
    suffix = name.lower().removesuffix(".gz").rpartition(".")[2]
    if head[:1] in "{[" and _is_json(head):
        return "JSON-LD"
    if head.startswith("<"):
        return _tagged(head, suffix)
    if _TURTLE.search(head):
        return "TriG" if suffix == "trig" else "Turtle"
    if tables.is_sheet(head):
        return "CSV"
    if suffix in ("ttl", "n3", "turtle") or head.startswith("_:"):
        return "Turtle"
    if head.startswith("{"):
        return "JSON-LD"  # which then says what is wrong with it
    if "\x00" in head[:1000] or head.startswith("%PDF"):
        raise Unreadable("This is no text. Turtle, RDF/XML, JSON-LD, N-Triples, CSV, XLSX and indented text can be read.")
    return "CSV" if suffix in ("csv", "tsv") else "indented text"


def _is_json(head: str) -> bool:
    try:
        json.loads(head)
    except (ValueError, RecursionError):
        return False
    return True


def _tagged(head: str, suffix: str) -> str:
    lines = [
        line.strip() for line in head[:20_000].splitlines()[:-1] or [head] if line.strip() and not line.strip().startswith("#")
    ]
    if re.match(r"<(?:!doctype\s+html|html)\b", head, re.IGNORECASE):
        raise Unreadable("This is a web page, not a vocabulary. Look there for a download in Turtle or RDF/XML.")
    if re.match(r"<(?:\?xml|!--|!DOCTYPE|[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?[\s>/])", head):
        return "RDF/XML"
    if lines and all(_TRIPLE.match(line) for line in lines):
        return "N-Quads" if suffix == "nq" or any(map(_QUAD.match, lines)) else "N-Triples"
    return "Turtle"
