"""Small files of every kind that may be uploaded, made on the spot; each carries a person's name where its kind has room for one."""

from __future__ import annotations

import zipfile
from io import BytesIO

from PIL import Image, PngImagePlugin
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, FloatObject, NameObject, TextStringObject

PERSON = "Wilhelmina Quillfeather"
WORDS = "Calls fell by a third."

_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_OFFICE = "application/vnd.openxmlformats-officedocument"

MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
FOLDER = {"docx": "word", "xlsx": "xl", "pptx": "ppt"}
_MAIN_TYPE = {
    "docx": "wordprocessingml.document.main+xml",
    "xlsx": "spreadsheetml.sheet.main+xml",
    "pptx": "presentationml.presentation.main+xml",
}
Parts = dict[str, bytes]


def picture(kind: str = "PNG", *, size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: object) -> bytes:
    """Stripes, so that a picture on its side differs from one upright."""
    image = Image.new("RGB", size)
    image.putdata([(x * 6 % 256, y * 8 % 256, 90) for y in range(size[1]) for x in range(size[0])])
    out = BytesIO()
    image.convert(mode).save(out, kind, **options)
    return out.getvalue()


def camera_data(*, orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = PERSON  # Artist
    exif[0x010E] = "taken at 54.43 N 2.96 W"
    exif.get_ifd(0x8825).update({1: "N", 2: (54.0, 25.0, 48.0), 3: "W", 4: (2.0, 57.0, 36.0)})
    return exif


def png_text() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", PERSON)
    info.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta>{PERSON}</x:xmpmeta>")
    return info


def rels(*relationships: str) -> bytes:
    """Each as the attributes of a Relationship but its id."""
    inside = "".join(f'<Relationship Id="rId{number}" {said}/>' for number, said in enumerate(relationships, 1))
    return (
        f'{_DECLARED}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>'
    ).encode()


def related(kind: str, target: str, *, external: bool = False) -> str:
    return f'Type="{_R}/{kind}" Target="{target}"' + (' TargetMode="External"' if external else "")


def content_types(kind: str, *overrides: str, main: str = "") -> bytes:
    said = "".join(overrides)
    return (
        f'{_DECLARED}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{MAIN[kind]}" ContentType="{main or f"{_OFFICE}.{_MAIN_TYPE[kind]}"}"/>{said}</Types>'
    ).encode()


def _properties() -> Parts:
    return {
        "docProps/core.xml": (
            f'{_DECLARED}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Fewer calls</dc:title>'
            f"<dc:creator>{PERSON}</dc:creator><cp:lastModifiedBy>{PERSON}</cp:lastModifiedBy></cp:coreProperties>"
        ).encode(),
        "docProps/app.xml": (
            f'{_DECLARED}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
            f"<Application>Office</Application><Manager>{PERSON}</Manager><Company>{PERSON} Ltd</Company></Properties>"
        ).encode(),
        "docProps/custom.xml": (
            f'{_DECLARED}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
            ' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
            f'<property fmtid="{{D5}}" pid="2" name="Owner"><vt:lpwstr>{PERSON}</vt:lpwstr></property></Properties>'
        ).encode(),
    }


def _docx() -> Parts:
    return {
        "word/document.xml": (
            f'{_DECLARED}<w:document xmlns:w="{_W}"><w:body><w:p><w:r><w:t xml:space="preserve"> {WORDS} &amp; more</w:t></w:r>'
            f'<w:ins w:id="1" w:author="{PERSON}" w:date="2026-05-05T10:00:00Z"><w:r><w:t>Added.</w:t></w:r></w:ins>'
            "</w:p></w:body></w:document>"
        ).encode(),
        "word/comments.xml": (
            f'{_DECLARED}<w:comments xmlns:w="{_W}"><w:comment w:id="0" w:author="{PERSON}" w:initials="WQ">'
            "<w:p><w:r><w:t>Check this.</w:t></w:r></w:p></w:comment></w:comments>"
        ).encode(),
        "word/people.xml": (
            f'{_DECLARED}<w15:people xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml">'
            f'<w15:person w15:author="{PERSON}"><w15:presenceInfo w15:providerId="AD" w15:userId="S::{PERSON}"/></w15:person>'
            "</w15:people>"
        ).encode(),
        "word/settings.xml": (
            f'{_DECLARED}<w:settings xmlns:w="{_W}" xmlns:r="{_R}"><w:attachedTemplate r:id="rId1"/></w:settings>'
        ).encode(),
        "word/_rels/settings.xml.rels": rels(
            related("attachedTemplate", f"file:///C:/Users/{PERSON.replace(' ', '%20')}/Report.dotx", external=True)
        ),
        "word/_rels/document.xml.rels": rels(
            related("comments", "comments.xml"),
            related("settings", "settings.xml"),
            related("hyperlink", "https://example.org/", external=True),
            related("image", "media/image1.jpeg"),
        ),
        "word/media/image1.jpeg": picture("JPEG", exif=camera_data(), comment=PERSON.encode()),
        "word/media/image2.png": picture("PNG", pnginfo=png_text()),
    }


def _xlsx() -> Parts:
    return {
        "xl/workbook.xml": (
            f'{_DECLARED}<workbook xmlns="{_S}" xmlns:r="{_R}"><fileSharing userName="{PERSON}"/>'
            '<x15ac:absPath xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac"'
            f' url="C:\\Users\\{PERSON}\\"/>'
            '<sheets><sheet name="Calls" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ).encode(),
        "xl/_rels/workbook.xml.rels": rels(related("worksheet", "worksheets/sheet1.xml")),
        "xl/worksheets/sheet1.xml": (
            f'{_DECLARED}<worksheet xmlns="{_S}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{WORDS}</t></is></c>'
            '<c r="B1"><v>33</v></c></row></sheetData></worksheet>'
        ).encode(),
        "xl/comments1.xml": (
            f'{_DECLARED}<comments xmlns="{_S}"><authors><author>{PERSON}</author></authors><commentList>'
            f'<comment ref="A1" authorId="0"><text><r><t>{PERSON}:</t></r><r><t>Check this.</t></r></text></comment>'
            "</commentList></comments>"
        ).encode(),
        "xl/persons/person.xml": (
            f'{_DECLARED}<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
            f'<person displayName="{PERSON}" id="{{A1}}" userId="{PERSON}" providerId="AD"/></personList>'
        ).encode(),
        "xl/tables/table1.xml": (f'{_DECLARED}<table xmlns="{_S}" id="1" name="Calls" displayName="Calls" ref="A1:B1"/>').encode(),
    }


def _pptx() -> Parts:
    return {
        "ppt/presentation.xml": (
            f'{_DECLARED}<p:presentation xmlns:p="{_P}" xmlns:r="{_R}"><p:sldIdLst><p:sldId id="256" r:id="rId1"/></p:sldIdLst>'
            "</p:presentation>"
        ).encode(),
        "ppt/_rels/presentation.xml.rels": rels(
            related("slide", "slides/slide1.xml"), related("commentAuthors", "commentAuthors.xml")
        ),
        "ppt/slides/slide1.xml": (
            f'{_DECLARED}<p:sld xmlns:p="{_P}" xmlns:a="{_A}"><p:cSld><p:spTree><p:sp><p:txBody><a:p><a:r><a:t>{WORDS}</a:t></a:r></a:p>'
            "</p:txBody></p:sp></p:spTree></p:cSld></p:sld>"
        ).encode(),
        "ppt/commentAuthors.xml": (
            f'{_DECLARED}<p:cmAuthorLst xmlns:p="{_P}"><p:cmAuthor id="0" name="{PERSON}" initials="WQ"/></p:cmAuthorLst>'
        ).encode(),
        "ppt/authors.xml": (
            f'{_DECLARED}<p188:authorLst xmlns:p188="http://schemas.microsoft.com/office/powerpoint/2018/8/main">'
            f'<p188:author id="{{A1}}" name="{PERSON}" initials="WQ" userId="{PERSON}" providerId="AD"/></p188:authorLst>'
        ).encode(),
    }


def office_parts(kind: str) -> Parts:
    parts = {"docx": _docx, "xlsx": _xlsx, "pptx": _pptx}[kind]()
    return {
        "[Content_Types].xml": content_types(kind),
        "_rels/.rels": rels(related("officeDocument", MAIN[kind]), related("extended-properties", "docProps/app.xml")),
        **parts,
        **_properties(),
    }


_ODF = "urn:oasis:names:tc:opendocument:xmlns"
ODF_NAMESPACES = (
    f'xmlns:office="{_ODF}:office:1.0" xmlns:text="{_ODF}:text:1.0" xmlns:meta="{_ODF}:meta:1.0" xmlns:draw="{_ODF}:drawing:1.0"'
    f' xmlns:script="{_ODF}:script:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'
)


def odt_content(inside: str) -> bytes:
    return (
        f"{_DECLARED}<office:document-content {ODF_NAMESPACES}><office:body><office:text>{inside}</office:text></office:body>"
        "</office:document-content>"
    ).encode()


def odt_parts() -> Parts:
    note = f"<office:annotation><dc:creator>{PERSON}</dc:creator><text:p>Check this.</text:p></office:annotation>"
    return {
        "mimetype": b"application/vnd.oasis.opendocument.text",
        "content.xml": odt_content(
            f'<text:p>{WORDS}{note}</text:p><text:p><text:a xlink:href="https://example.org/">More</text:a></text:p>'
        ),
        "styles.xml": f"{_DECLARED}<office:document-styles {ODF_NAMESPACES}/>".encode(),
        "meta.xml": (
            f"{_DECLARED}<office:document-meta {ODF_NAMESPACES}><office:meta><dc:title>Fewer calls</dc:title>"
            f"<meta:initial-creator>{PERSON}</meta:initial-creator><dc:creator>{PERSON}</dc:creator>"
            f'<meta:user-defined meta:name="Owner">{PERSON}</meta:user-defined></office:meta></office:document-meta>'
        ).encode(),
        "Pictures/1.jpg": picture("JPEG", exif=camera_data()),
        "META-INF/manifest.xml": (
            f'{_DECLARED}<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>'
            "</manifest:manifest>"
        ).encode(),
    }


def zipped(parts: Parts) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, (2026, 5, 5, 10, 0, 0)), content, compress_type=how)
    return out.getvalue()


def parts_of(data: bytes) -> Parts:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def office(kind: str, **changed: bytes) -> bytes:
    return zipped(office_parts(kind) | changed)


def odt(**changed: bytes) -> bytes:
    return zipped(odt_parts() | changed)


def pdf_writer() -> PdfWriter:
    """One page with words, a note by a person, a picture from a camera, a title and an author."""
    writer = PdfWriter()
    page = writer.add_blank_page(300, 200)
    content = DecodedStreamObject()
    content.set_data(f"BT /F1 12 Tf 20 100 Td ({WORDS}) Tj ET".encode())
    page[NameObject("/Contents")] = writer._add_object(content)
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    photo = DecodedStreamObject()
    photo._data = picture("JPEG", exif=camera_data())
    photo.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Filter"): NameObject("/DCTDecode"),
        }
    )
    page[NameObject("/Resources")] = DictionaryObject(
        {
            NameObject("/Font"): DictionaryObject({NameObject("/F1"): names(font)}),
            NameObject("/XObject"): DictionaryObject({NameObject("/I1"): writer._add_object(photo)}),
        }
    )
    note = names({"/Type": "/Annot", "/Subtype": "/Text"})
    note[NameObject("/T")] = TextStringObject(PERSON)
    note[NameObject("/Contents")] = TextStringObject("Check this.")
    note[NameObject("/Rect")] = ArrayObject([FloatObject(number) for number in (10, 10, 30, 30)])
    page[NameObject("/Annots")] = ArrayObject([writer._add_object(note)])
    writer.metadata = {"/Title": "Fewer calls", "/Author": PERSON, "/Creator": PERSON}
    about = DecodedStreamObject()
    about.set_data(f"<x:xmpmeta><dc:creator>{PERSON}</dc:creator></x:xmpmeta>".encode())
    writer.root_object[NameObject("/Metadata")] = writer._add_object(about)
    return writer


def names(said: dict[str, str]) -> DictionaryObject:
    return DictionaryObject({NameObject(key): NameObject(value) for key, value in said.items()})


def pdf(writer: PdfWriter | None = None) -> bytes:
    out = BytesIO()
    (writer or pdf_writer()).write(out)
    return out.getvalue()


def pdf_text(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)
