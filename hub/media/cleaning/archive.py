"""Word, Excel, PowerPoint and OpenDocument files are zip archives: what an archive may not do before its parts are read."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO

from hub.media.cleaning.refusal import Refused

MEGABYTE = 1024 * 1024
MAX_PARTS = 5_000
# Together, unpacked. A workbook of 20 MB unpacks to a little over 100.
MAX_UNPACKED = 150 * MEGABYTE
# One part that is read into memory; pictures and films are copied as they stand.
MAX_READ = 40 * MEGABYTE
_CHUNK = 256 * 1024
_ENCRYPTED = 0x1
_SAFE_NAME = re.compile(r"(?!/)(?!.*(^|/)\.\.?(/|$))[^\\:\x00-\x1f]+")


@dataclass
class Budget:
    """What all parts together, those of documents within the document too, may still unpack to."""

    left: int = MAX_UNPACKED

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise too_large()


class Archive:
    """The parts of a zip file by name, read no further than the budget allows. Raises Refused."""

    def __init__(self, data: bytes, budget: Budget) -> None:
        self.budget = budget
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, UnicodeDecodeError) as broken:
            raise _broken() from broken
        parts = self._zip.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > budget.left:
            raise too_large()
        for part in parts:
            self._check(part)
        names = [part.filename.lower() for part in parts]
        if len(set(names)) != len(names):
            raise _broken()  # readers differ in which of two they take
        _check_apart(parts)
        self.parts = {part.filename: part for part in parts if not part.is_dir()}

    @staticmethod
    def _check(part: zipfile.ZipInfo) -> None:
        if part.flag_bits & _ENCRYPTED:
            raise Refused("password", "has a password. Take the password off, save it and add that copy.")
        if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} or not _SAFE_NAME.fullmatch(part.filename):
            raise _broken()
        if (part.external_attr >> 16) & 0o170000 == 0o120000:  # a link to somewhere in the reader's file system
            raise _broken()

    def __contains__(self, name: str) -> bool:
        return name in self.parts

    def chunks(self, name: str) -> Iterator[bytes]:
        """The part, piece by piece; a part that is longer than it says is refused."""
        try:
            with self._zip.open(self.parts[name]) as part:
                while piece := part.read(_CHUNK):
                    self.budget.spend(len(piece))
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as broken:
            raise _broken() from broken

    def read(self, name: str) -> bytes:
        if self.parts[name].file_size > MAX_READ:
            raise too_large()
        return b"".join(self.chunks(name))


class NewArchive:
    """Written part by part; carries over no comment, no owner and nothing between the parts. `with` closes it."""

    def __init__(self) -> None:
        self._out = BytesIO()
        self._zip = zipfile.ZipFile(self._out, "w")

    def __enter__(self) -> NewArchive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def add(self, like: zipfile.ZipInfo, pieces: Iterable[bytes]) -> None:
        part = zipfile.ZipInfo(like.filename, like.date_time)
        part.compress_type = like.compress_type
        with self._zip.open(part, "w", force_zip64=like.file_size > 1 << 30) as into:
            for piece in pieces:
                into.write(piece)

    def content(self) -> bytes:
        """After it is closed."""
        return self._out.getvalue()


def _check_apart(parts: list[zipfile.ZipInfo]) -> None:
    """Parts that share their bytes are a bomb's trick: a small file that unpacks without end."""
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end:
            raise too_large()
        end = part.header_offset + part.compress_size


def too_large() -> Refused:
    return Refused("unpacked", "is too big when it is unpacked. Split it into smaller files.")


def _broken() -> Refused:
    return Refused("damaged", "is damaged inside. Open it in the program it was made with, save it again and add that copy.")
