"""Takes place, camera and comments out of a JPEG or PNG without touching its pixels: for pictures inside documents."""

from __future__ import annotations

# APP0 (JFIF), APP2 (colour profile) and APP14 (Adobe's colour transform) say how to show the pixels; the others and COM do not.
_JPEG_KEPT_APPS = {0xE0, 0xE2, 0xEE}
_PNG_LEFT_OUT = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"}
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"


def without(data: bytes) -> bytes:
    """What is neither is answered as it came."""
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    return _png(data) if data.startswith(_PNG_HEAD) else data


def _jpeg(data: bytes) -> bytes:
    """Segments up to the first scan; from there on it is pixels."""
    out, at = [data[:2]], 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xDA:
            return b"".join([*out, data[at:]])
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if not (marker == 0xFE or (0xE0 <= marker <= 0xEF and marker not in _JPEG_KEPT_APPS)):
            out.append(data[at:end])
        at = end
    return data


def _png(data: bytes) -> bytes:
    """Chunks: four bytes of length, four of name, the content, four of checksum."""
    out, at = [_PNG_HEAD], len(_PNG_HEAD)
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        name = data[at + 4 : at + 8]
        if name not in _PNG_LEFT_OUT:
            out.append(data[at:end])
        if name == b"IEND":
            break
        at = end
    return b"".join(out)
