"""XML parts of documents: none may declare a document type, and some are written anew without people's names."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any
from xml.parsers import expat
from xml.sax import SAXException, handler
from xml.sax.saxutils import XMLGenerator, escape
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from hub.media.cleaning.refusal import Refused, damaged

# (local names from the root down to the element, its attributes by qualified name) to the attributes to write,
# or None to leave the element out.
Elements = Callable[[list[str], dict[str, str]], dict[str, str] | None]
# (local names as above, the text) to the text to write.
Texts = Callable[[list[str], str], str]


def local(name: str) -> str:
    return name.rpartition(":")[2]


def check_prolog(data: bytes) -> None:
    """A document type is how entities come in: billions of laughs, files of the server. Stops at the first element."""

    class _Begun(Exception):
        pass

    def begun(*_: Any) -> None:
        raise _Begun

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = begun
    try:
        parser.Parse(data, True)
    except _Begun:
        return
    except (expat.ExpatError, ValueError, LookupError) as broken:
        raise damaged("a document") from broken


def rewritten(data: bytes, elements: Elements, texts: Texts = lambda path, text: text) -> bytes:
    """The same document as the two functions would have it; comments are left out. Raises Refused."""
    writer = _Rewriter(elements, texts)
    parser = make_parser()
    parser.setFeature(handler.feature_namespaces, False)
    parser.forbid_dtd = True
    parser.setContentHandler(writer)
    try:
        parser.parse(BytesIO(data))
    except DefusedXmlException as trick:
        raise _doctype() from trick
    except (SAXException, ValueError, LookupError, RecursionError) as broken:
        raise damaged("a document") from broken
    return writer.content()


class _Rewriter(handler.ContentHandler):
    def __init__(self, elements: Elements, texts: Texts) -> None:
        super().__init__()
        self._out = BytesIO()
        self._out.write(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n')
        self._write = XMLGenerator(self._out, encoding="utf-8", short_empty_elements=True)
        self._elements = elements
        self._texts = texts
        self._path: list[str] = []
        self._said: list[str] = []
        self._left_out = 0

    def content(self) -> bytes:
        self._write.endDocument()
        return self._out.getvalue()

    def startElement(self, name: str, attrs: AttributesImpl[str]) -> None:
        self._flush()
        self._path.append(local(name))
        kept = None if self._left_out else self._elements(self._path, dict(attrs.items()))
        if kept is None:
            self._left_out += 1
        else:
            self._write.startElement(name, AttributesImpl(kept))

    def endElement(self, name: str) -> None:
        self._flush()
        self._path.pop()
        if self._left_out:
            self._left_out -= 1
        else:
            self._write.endElement(name)

    def characters(self, content: str) -> None:
        if not self._left_out:
            self._said.append(content)

    def processingInstruction(self, target: str, data: str) -> None:
        self._flush()
        if not self._left_out:
            self._write.processingInstruction(target, data)

    def _flush(self) -> None:
        if self._said:
            text = self._texts(self._path, "".join(self._said))
            self._said = []
            # As a reference, since parsers make a bare carriage return a line feed. The method writes what it is given as it is.
            self._write.ignorableWhitespace(escape(text, {"\r": "&#13;"}))


def _refuse_doctype(*_: Any) -> None:
    raise _doctype()


def _doctype() -> Refused:
    return Refused(
        "doctype", "has a document type declaration inside, which documents do not need. Save it again and add that copy."
    )
