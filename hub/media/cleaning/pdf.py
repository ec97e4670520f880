"""PDF: no scripts, no attached files, nobody's name, and nothing of earlier versions.

Reading a hostile PDF can take any time and memory, so a child process does it (`main`: a file on standard input, the new
one on standard output) under limits that the system keeps, and without our environment.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hub.media.cleaning import metadata
from hub.media.cleaning.refusal import Refused, damaged

MAX_MEMORY = 512 * 1024 * 1024
MAX_SECONDS = 8
_ROOT = Path(__file__).resolve().parents[3]
_REFUSED = 3  # the child's way of saying that standard error has a code of ours

_PRINT = "Print it to PDF, which leaves that behind, and add the new file."
_REASONS = {
    "password": "has a password or forbids copying. Take that off, save it and add that copy.",
    "program": f"has a script, a form that runs one, or a file inside. {_PRINT}",
    "external": f"opens or fetches another file. {_PRINT}",
    "link": f"has a link that starts a program. {_PRINT}",
    "unpacked": "takes too long or too much memory to read. Print it to PDF, or split it, and add the new file.",
}

_ACTIONS = {"/GoToE", "/ImportData", "/JavaScript", "/Launch", "/Movie", "/Rendition", "/RichMediaExecute", "/Sound", "/SubmitForm"}
_HOLDS_PROGRAM = {"/EF", "/EmbeddedFiles", "/JS", "/JavaScript", "/RichMediaContent", "/XFA"}
_HOLDS_PEOPLE = {"/Metadata", "/PieceInfo"}
_ANNOTATIONS_THAT_PLAY = {"/3D", "/FileAttachment", "/Movie", "/RichMedia", "/Screen", "/Sound"}
_LINK_SCHEMES = {"", "file", "ftp", "http", "https", "mailto", "tel"}


def rewritten(data: bytes) -> bytes:
    """The document as new bytes, its title kept. Raises Refused."""
    try:
        child = subprocess.run(
            [sys.executable, "-c", "from hub.media.cleaning.pdf import main; main()"],
            input=data,
            capture_output=True,
            cwd=_ROOT,
            env={"PYTHONDONTWRITEBYTECODE": "1"},
            timeout=MAX_SECONDS + 12,  # of the clock, which goes on while others have the processor
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise _refused("unpacked") from late
    if child.returncode == 0:
        return child.stdout
    # Killed by a limit: the sign is negative.
    code = child.stderr.decode(errors="replace").strip() if child.returncode == _REFUSED else "unpacked"
    raise _refused(code) if code in _REASONS else damaged("a PDF")


def _refused(code: str) -> Refused:
    return Refused(code, _REASONS[code])


def cleaned(data: bytes) -> bytes:
    """What the child does. Raises Refused, and whatever a hostile file makes the reader raise."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import StreamObject

    if not data.startswith(b"%PDF-"):
        raise damaged("a PDF")
    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted:
        raise _refused("password")
    title = reader.metadata.title if reader.metadata else None
    writer = PdfWriter(clone_from=reader)  # only what the pages reach comes along
    if not writer.pages:
        raise damaged("a PDF")
    for thing in _dictionaries(writer._objects):
        _check(thing)
        _forget_people(thing)
        if isinstance(thing, StreamObject) and thing.get("/Filter") == "/DCTDecode":
            thing._data = metadata.without(thing._data)
    writer.metadata = {"/Title": title} if title else {}
    # What nothing refers to any more would be written all the same.
    writer.compress_identical_objects(remove_duplicates=False, remove_unreferenced=True)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _dictionaries(objects: list[Any]) -> Iterator[Any]:
    """Every dictionary, however deep in another object; references lead to objects that are in the list themselves."""
    waiting = [thing for thing in objects if thing is not None]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, dict):
            waiting.extend(thing.values())
            yield thing
        elif isinstance(thing, list):
            waiting.extend(thing)


def _forget_people(thing: Any) -> None:
    for key in _HOLDS_PEOPLE & thing.keys():
        del thing[key]
    if "/Rect" in thing and "/T" in thing and thing.get("/Subtype") != "/Widget":
        del thing["/T"]  # a note's author; on a widget it is the field's name


def _check(thing: Any) -> None:
    if _HOLDS_PROGRAM & thing.keys():
        raise _refused("program")
    if "/S" in thing and thing.get("/Type") != "/StructElem":
        if thing["/S"] in _ACTIONS:
            raise _refused("program")
        if thing["/S"] == "/GoToR":
            raise _refused("external")
        if thing["/S"] == "/URI":
            _check_link(str(thing.get("/URI", "")))
    if "/Subtype" in thing and "/Rect" in thing and thing["/Subtype"] in _ANNOTATIONS_THAT_PLAY:
        raise _refused("program")


def _check_link(address: str) -> None:
    try:
        scheme = urlsplit(address.strip()).scheme.lower()
    except ValueError:  # it opens nothing
        return
    if scheme not in _LINK_SCHEMES and len(scheme) > 1:
        raise _refused("link")


def _within_limits() -> None:
    try:
        import resource
    except ImportError:  # not on Windows, where the timeout alone holds
        return
    for limit, most in ((resource.RLIMIT_AS, MAX_MEMORY), (resource.RLIMIT_CPU, MAX_SECONDS)):
        try:
            resource.setrlimit(limit, (most, most))
        except (ValueError, OSError):  # macOS knows no limit of address space
            continue


def main() -> None:
    _within_limits()
    logging.disable()
    try:
        content = cleaned(sys.stdin.buffer.read())
    except Refused as refused:
        code = refused.code
    except MemoryError:
        code = "unpacked"
    except Exception:  # noqa: BLE001 - pypdf raises whatever its parsing runs into
        code = "damaged"
    else:
        sys.stdout.buffer.write(content)
        return
    sys.stderr.write(code)
    sys.stderr.flush()
    os._exit(_REFUSED)
