"""RDF in each of its syntaxes as a graph, or why it is none. Nothing is fetched, and no document type does anything."""

from __future__ import annotations

import io
import json
import logging
import re
import warnings
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import ParseError as XmlError

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException
from rdflib import Dataset, Graph
from rdflib.exceptions import ParserError as NTriplesError
from rdflib.plugins.parsers.notation3 import BadSyntax

# Where the file gives no base: an address that begins so was relative.
NO_BASE = "http://no-base.invalid/"
_ENTITY = re.compile(r"""<!ENTITY\s+([\w.-]+)\s+(?:"([^"]*)"|'([^']*)')\s*>""")
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(?:\[(?P<subset>.*?)\]\s*)?>", re.DOTALL)
_XML_LANGUAGE = re.compile(r"""(\bxml:lang\s*=\s*["'])([^"'<>]*)""")
_LANGUAGE = re.compile(r"(?:[A-Za-z]+(?:-[A-Za-z0-9]+)*)?")
_MOST_ENTITIES, _LONGEST_ENTITY = 200, 300

# rdflib tells the log of each date it cannot read; we tell whoever imports.
logging.getLogger("rdflib.term").setLevel(logging.ERROR)


class Unreadable(ValueError):
    """The file is not what it seems to be; the message says why and, where it can be told, in which line."""


def read_turtle(text: str, base: str) -> Graph:
    graph = _graph()
    try:
        graph.parse(data=text, format="turtle", publicID=base or NO_BASE)
    except BadSyntax as error:
        raise Unreadable(f"This is not Turtle from line {error.lines + 1} on: {_reason(error)}.") from error
    except Exception as error:
        raise Unreadable(f"This is not Turtle: {_first_line(error)}") from error
    return graph


def _reason(error: BadSyntax) -> str:
    return str(error._why)[:200]  # the message proper; str() repeats the text around it


def read_n_triples(text: str, base: str) -> Graph:
    graph = _graph()
    try:
        graph.parse(data=text, format="nt")
    except (NTriplesError, ValueError) as error:
        for number, line in enumerate(text.splitlines(), start=1):
            try:
                _graph().parse(data=f"{line}\n", format="nt")
            except (NTriplesError, ValueError) as wrong:
                raise Unreadable(f"Line {number} is no N-Triples statement: {_first_line(wrong)}") from wrong
        raise Unreadable(f"This is not N-Triples: {_first_line(error)}") from error
    return graph


def read_quads(kind: str) -> Callable[[str, str], Graph]:
    def read(text: str, base: str) -> Graph:
        return _flattened(text, kind, base)

    return read


def read_json_ld(text: str, base: str) -> Graph:
    """Contexts that would have to be fetched are refused: an import asks nobody on the network."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"This is not JSON: {_first_line(error)}") from error
    remote = _remote_context(document)
    if remote:
        raise Unreadable(
            f"The file leaves its @context to “{remote}”, which the hub does not fetch."
            " Put the context itself into the file, or save the vocabulary as Turtle."
        )
    _put_languages_right(document)
    try:
        text = json.dumps(document)
    except RecursionError as error:
        raise Unreadable("This JSON is nested too deeply to be read.") from error
    return _flattened(text, "json-ld", base)


def _remote_context(document: Any) -> str:
    ahead = [document]
    while ahead:
        node = ahead.pop()
        if isinstance(node, dict):
            for key in {"@context", "@import"} & node.keys():
                named = node[key] if isinstance(node[key], list) else [node[key]]
                if remote := next((context for context in named if isinstance(context, str)), ""):
                    return remote
            ahead.extend(node.values())
        elif isinstance(node, list):
            ahead.extend(node)
    return ""


def _put_languages_right(document: Any) -> None:
    """As `canonical_language` takes them: "en_GB" for "en-GB" is no fault that refuses a file."""
    nodes: list[Any] = [document]
    for node in nodes:
        nodes += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    by_language = {name for node in nodes if isinstance(node, dict) for name, value in node.items() if _is_by_language(value)}
    for node in nodes:
        if not isinstance(node, dict):
            continue
        if isinstance(node.get("@language"), str):
            node["@language"] = _tag(node["@language"])
        for name in by_language & node.keys():
            if isinstance(node[name], dict) and not _is_by_language(node[name]):
                node[name] = {key if key.startswith("@") else _tag(key): value for key, value in node[name].items()}


def _is_by_language(value: Any) -> bool:
    """A definition in a context: the term's values stand under their languages."""
    container = value.get("@container") if isinstance(value, dict) else None
    return container == "@language" or (isinstance(container, list) and "@language" in container)


def _tag(language: str) -> str:
    return language.strip().replace("_", "-")


def _flattened(text: str, kind: str, base: str) -> Graph:
    """Named graphs in one: which of them says something makes no difference here."""
    dataset = Dataset(default_union=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own parsers still use its former names
            dataset.parse(data=text, format=kind, publicID=base or NO_BASE)
    except Exception as error:
        raise Unreadable(f"This file could not be read: {_first_line(error)}") from error
    graph = _graph()
    for subject, predicate, value, _ in dataset.quads((None, None, None, None)):
        graph.add((subject, predicate, value))
    return graph


def read_rdf_xml(text: str, base: str) -> Graph:
    """Entities that shorten addresses are put in here, and nothing else that a document type could do."""
    # As many lines as in the file, so that what is said of one is true.
    text = re.sub(r"^\s*<\?xml.*?\?>", lambda head: "\n" * head[0].count("\n"), text, count=1, flags=re.DOTALL)
    text = _XML_LANGUAGE.sub(lambda found: f"{found[1]}{_tag(found[2])}", _without_doctype(text))
    data = text.encode()
    try:
        defusedxml.ElementTree.parse(io.BytesIO(data), forbid_dtd=True)
    except DefusedXmlException as error:
        raise Unreadable("The XML has a document type that could do harm. Save the vocabulary as Turtle instead.") from error
    except XmlError as error:
        line = getattr(error, "position", (0, 0))[0]
        raise Unreadable(f"This is not XML from line {line} on: {_first_line(error)}") from error
    graph = _graph()
    try:
        graph.parse(data=data, format="xml", publicID=base or NO_BASE)
    except Exception as error:
        for found in _XML_LANGUAGE.finditer(text):
            if not _LANGUAGE.fullmatch(found[2]):
                line = text[: found.start()].count("\n") + 1
                raise Unreadable(
                    f"Line {line} names a language “{found[2][:40]}”, which is none. Write it as in “en-GB”."
                ) from error
        raise Unreadable(f"This XML is not RDF: {_first_line(error)}") from error
    return graph


def _without_doctype(data: str) -> str:
    found = _DOCTYPE.search(data[:100_000])
    if found is None:
        return data
    subset = found["subset"] or ""
    entities = {name: one or other for name, one, other in _ENTITY.findall(subset)}
    left = re.sub(r"<!--.*?-->", "", _ENTITY.sub("", subset), flags=re.DOTALL)
    harmless = all(len(value) <= _LONGEST_ENTITY and not set("&%<") & set(value) for value in entities.values())
    if "<!ENTITY" in left or not harmless or len(entities) > _MOST_ENTITIES:
        raise Unreadable("The XML declares entities that are more than short addresses. Save the vocabulary as Turtle instead.")
    # Line numbers stay as they are in the file.
    data = data[: found.start()] + "\n" * found[0].count("\n") + data[found.end() :]
    return re.sub(r"&([\w.-]+);", lambda match: entities.get(match[1], match[0]), data)


def _graph() -> Graph:
    return Graph(bind_namespaces="none")


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
