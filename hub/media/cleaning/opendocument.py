"""OpenDocument text: no macros, nothing fetched, nobody's name."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from hub.media.cleaning import markup, metadata
from hub.media.cleaning.archive import Archive, NewArchive
from hub.media.cleaning.refusal import Refused

MIMETYPE = "application/vnd.oasis.opendocument.text"
_MACRO_FOLDERS = ("basic/", "dialogs/", "scripts/")
_SIGNATURES = {"META-INF/documentsignatures.xml", "META-INF/macrosignatures.xml"}
_WITHOUT_ENDING = {"mimetype", "layout-cache"}
_KEPT = {"bmp", "emf", "gif", "jpeg", "jpg", "otf", "png", "rdf", "svg", "svm", "tif", "tiff", "ttf", "webp", "wmf", "xml"}
_LINK_SCHEMES = {"", "file", "ftp", "http", "https", "mailto", "tel"}
_NAMES = {"creator", "creator-initials", "initial-creator", "printed-by", "sender-initials"}
_SAVE = "In LibreOffice take it out, save it and add that copy."


def rewritten(archive: Archive) -> bytes:
    """The document as new bytes. Raises Refused."""
    with NewArchive() as new:
        for name, part in archive.parts.items():
            if name not in _SIGNATURES:  # they would no longer hold
                new.add(part, _pieces(archive, name))
    return new.content()


def _pieces(archive: Archive, name: str) -> Iterable[bytes]:
    path = name.lower()
    if path.startswith(_MACRO_FOLDERS):
        raise _macros()
    ending = path.rpartition(".")[2]
    if path in _WITHOUT_ENDING:
        return archive.chunks(name)
    if ending not in _KEPT:
        raise Refused("program", f"has a file inside that can run as a program. {_SAVE}")
    if ending in {"xml", "rdf"}:
        return [_markup(archive.read(name))]
    if ending in {"jpeg", "jpg", "png"}:
        return [metadata.without(archive.read(name))]
    return archive.chunks(name)


def _markup(data: bytes) -> bytes:
    # An empty part is LibreOffice's way of saying that nothing is set.
    return markup.rewritten(data, _elements, _texts) if data.strip() else data


def _elements(path: list[str], attrs: dict[str, str]) -> dict[str, str] | None:
    element = path[-1]
    said = {markup.local(name): value for name, value in attrs.items()}
    if element in {"user-defined", "template"} and path[0] == "document-meta":
        return None
    if element == "encryption-data":
        raise Refused("password", "has a password. Take the password off, save it and add that copy.")
    if element in {"event-listener", "script", "script-data", "applet", "plugin"}:
        raise _macros()
    if element == "file-entry" and (
        "oleobject" in said.get("media-type", "").lower() or "basic" in said.get("full-path", "")[:5].lower()
    ):
        raise _macros()
    if element.startswith("dde-"):
        raise _fetches()
    if "href" in said:
        _check_address(element, said["href"])
    return attrs


def _check_address(element: str, address: str) -> None:
    try:
        parts = urlsplit(address.strip())
    except ValueError:  # a link that opens nothing
        return
    scheme = parts.scheme.lower()
    if scheme not in _LINK_SCHEMES and len(scheme) > 1:
        raise Refused("link", f"has a link that starts a program ({scheme}:). {_SAVE}")
    outside = bool(scheme or parts.netloc) or address.startswith(("/", "\\", "../"))
    if outside and element in {"image", "object", "object-ole", "section-source", "floating-frame", "fill-image", "shape"}:
        raise _fetches()


def _texts(path: list[str], text: str) -> str:
    if path[-1] not in _NAMES:
        return text
    return "" if path[0] == "document-meta" else "Author"


def _macros() -> Refused:
    return Refused("macros", f"has macros or something else that can run as a program. {_SAVE}")


def _fetches() -> Refused:
    return Refused("external", f"fetches something from elsewhere when it is opened. {_SAVE}")
