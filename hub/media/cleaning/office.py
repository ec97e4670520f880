"""Word, Excel and PowerPoint files (Office Open XML): no macros, no programs, nothing fetched, nobody's name.

What cannot be taken out without breaking the document is refused, with words on how to take it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from hub.media.cleaning import markup, metadata
from hub.media.cleaning.archive import Archive, NewArchive
from hub.media.cleaning.refusal import Refused

CONTENT_TYPES = "[Content_Types].xml"
_MAIN = {
    "wordprocessingml.document.main+xml": "docx",
    "spreadsheetml.sheet.main+xml": "xlsx",
    "presentationml.presentation.main+xml": "pptx",
}
_MARKUP = {"psmdcp", "rels", "vml", "xml"}
_PICTURES = {"bmp", "emf", "gif", "jfif", "jpe", "jpeg", "jpg", "png", "svg", "tif", "tiff", "wdp", "webp", "wmf"}
_SOUND_AND_FILM = {"avi", "m4a", "m4v", "mov", "mp3", "mp4", "mpeg", "mpg", "wav", "wma", "wmv"}
_FONTS = {"fntdata", "odttf", "ttf"}
_KEPT = _MARKUP | _PICTURES | _SOUND_AND_FILM | _FONTS
_LINK_SCHEMES = {"", "file", "ftp", "http", "https", "mailto", "tel"}
# Attributes that hold a name, on any element and on these.
_NAMES = {"author", "lastModifiedBy", "refreshedBy", "userName"}
_NAMES_OF = {
    "author": {"name", "providerId", "userId"},
    "cmAuthor": {"name"},
    "person": {"displayName", "providerId", "userId"},
    "presenceInfo": {"providerId", "userId"},
    "userInfo": {"name"},
}
_BLANK_TEXTS = {
    "coreProperties": {"creator", "lastModifiedBy"},
    "Properties": {"Company", "HyperlinkBase", "Manager", "Template"},
}
# A part without any of these is kept as it stands: a worksheet of 50 MB need not be taken apart.
_TELLING = re.compile(
    rb"[:\s](author|displayName|initials|lastModifiedBy|refreshedBy|userId|userName)\s*="
    rb"|absPath|attachedTemplate|authors>|instrText|fldSimple|ddeLink|oleLink|ppaction:|coreProperties|AccountId"
    rb"|extended-properties|custom-properties|<connection\b"
)
_LIVE_FIELD = re.compile(r"\bDDE(AUTO)?\b", re.IGNORECASE)
_AS_NEW = {"docx": "Word document (.docx)", "xlsx": "Excel workbook (.xlsx)", "pptx": "PowerPoint presentation (.pptx)"}


def rewritten(archive: Archive) -> tuple[bytes, str]:
    """The document as new bytes, and its kind. Raises Refused."""
    return _rewritten(archive, within=False)


def _rewritten(archive: Archive, *, within: bool) -> tuple[bytes, str]:
    kind = _kind(archive)
    with NewArchive() as new:
        for name, part in archive.parts.items():
            new.add(part, _pieces(archive, name, kind, within=within))
    return new.content(), kind


def _kind(archive: Archive) -> str:
    """By the type of its main part, as Office itself decides."""
    types: list[str] = []

    def elements(path: list[str], attrs: dict[str, str]) -> dict[str, str]:
        types.append(attrs.get("ContentType", ""))
        return attrs

    markup.rewritten(archive.read(CONTENT_TYPES), elements)
    said = " ".join(types)
    kinds = [kind for main, kind in _MAIN.items() if main in said]
    if re.search("macroEnabled|vbaProject|vbaData", said):
        raise _macros(kinds[0] if kinds else "docx")
    if "activex" in said.lower():
        raise _program()
    if len(kinds) != 1:
        raise Refused("kind", "is not a Word, Excel or PowerPoint document. Save it as .docx, .xlsx or .pptx and add that copy.")
    return kinds[0]


def _pieces(archive: Archive, name: str, kind: str, *, within: bool) -> Iterable[bytes]:
    path = name.lower()
    ending = path.rpartition(".")[2]
    if "vbaproject" in path or "vbadata" in path:
        raise _macros(kind)
    if "activex" in path:
        raise _program()
    if "embeddings/" in path:
        return [_embedded(archive, name, ending, within=within)]
    if ending in _MARKUP:
        return [_markup(archive.read(name), path)]
    if ending in {"jfif", "jpe", "jpeg", "jpg", "png"}:
        return [metadata.without(archive.read(name))]
    if ending in _KEPT or (ending == "bin" and "printersettings/" in path):
        return archive.chunks(name)
    raise _program()


def _embedded(archive: Archive, name: str, ending: str, *, within: bool) -> bytes:
    """The workbook behind a chart is a document of its own, and is treated like one; other embedded things may run."""
    if within or ending not in {"docx", "pptx", "xlsx"}:
        raise _program()
    inner = Archive(archive.read(name), archive.budget)
    if CONTENT_TYPES not in inner:
        raise _program()
    return _rewritten(inner, within=True)[0]


def _markup(data: bytes, path: str) -> bytes:
    markup.check_prolog(data)
    if path.endswith(".rels"):
        return markup.rewritten(data, _relationship)
    # Anything but UTF-8 is taken apart, since the search cannot read it.
    if not _is_utf8(data) or _TELLING.search(data):
        part = _Part()
        return markup.rewritten(data, part.elements, part.texts)
    return data


def _is_utf8(data: bytes) -> bool:
    declared = re.search(rb"encoding\s*=\s*[\"']([^\"']*)", data[:200])
    return b"\x00" not in data[:4] and (declared is None or declared[1].lower() in {b"utf-8", b"us-ascii", b"ascii"})


def _relationship(path: list[str], attrs: dict[str, str]) -> dict[str, str] | None:
    if attrs.get("TargetMode", "").lower() != "external":
        return attrs
    kind = attrs.get("Type", "").rpartition("/")[2].lower()
    if kind == "attachedtemplate":
        return None  # the template stays where the author has it; the path to it is nobody's business
    if kind == "hyperlink":
        _check_link(attrs.get("Target", ""))
        return attrs
    if "externallinkpath" in kind or kind.startswith("xl"):
        raise Refused(
            "external",
            "takes figures from another workbook. In Excel choose Data, Edit links, Break link, save it and add that copy.",
        )
    raise _fetches()


def _check_link(target: str) -> None:
    try:
        scheme = urlsplit(target.strip()).scheme.lower()
    except ValueError:  # people type addresses badly; such a link opens nothing
        return
    # One letter is a drive.
    if scheme not in _LINK_SCHEMES and len(scheme) > 1:
        raise Refused("link", f"has a link that starts a program ({scheme}:). Take the link out, save it and add that copy.")


class _Part:
    """The rules for one part; remembers what a field's instruction said so far, since it may be spread over runs."""

    def __init__(self) -> None:
        self._instruction = ""
        self._names: set[str] = set()

    def elements(self, path: list[str], attrs: dict[str, str]) -> dict[str, str] | None:
        element = path[-1]
        if element == "attachedTemplate" or (element == "property" and path[0] == "Properties"):
            return None
        if element in {"ddeLink", "oleLink", "connection", "dbPr", "webPr"}:
            raise _fetches()
        if element == "fldSimple":
            self._check_field(next((value for name, value in attrs.items() if markup.local(name) == "instr"), ""))
        if element in {"p", "fldChar"}:
            self._instruction = ""
        return {name: self._value(element, name, value) for name, value in attrs.items()}

    def _value(self, element: str, name: str, value: str) -> str:
        attribute = markup.local(name)
        if attribute == "action" and value.lower().startswith(("ppaction://program", "ppaction://macro", "ppaction://ole")):
            raise _program()
        if attribute in _NAMES or attribute in _NAMES_OF.get(element, ()):
            return "Author" if value else value
        if attribute == "initials":
            return "A" if value else value
        return "" if element == "absPath" and attribute == "url" else value

    def texts(self, path: list[str], text: str) -> str:
        element = path[-1]
        if element == "instrText":
            self._instruction += text
            self._check_field(self._instruction)
        if element in _BLANK_TEXTS.get(path[0], ()) or (element in {"AccountId", "DisplayName"} and "UserInfo" in path):
            return ""
        if path[-2:] == ["authors", "author"] and not text.startswith("tc="):  # a thread is no person
            self._names.add(text.strip())
            return "Author"
        # Excel begins a comment with its author's name.
        if element == "t" and text.strip().removesuffix(":") in self._names:
            return "Author:"
        return text

    @staticmethod
    def _check_field(instruction: str) -> None:
        if _LIVE_FIELD.search(instruction):
            raise _fetches()


def _macros(kind: str) -> Refused:
    return Refused("macros", f"has macros. Save it as {_AS_NEW[kind]}, which leaves them behind, and add that copy.")


def _program() -> Refused:
    return Refused(
        "program",
        "has something inside that can run as a program, or a file inside it. Take it out or paste it as a picture, save it and add that copy.",
    )


def _fetches() -> Refused:
    return Refused(
        "external",
        "fetches something from elsewhere when it is opened. Paste it in as a picture or as plain values, save it and add that copy.",
    )
