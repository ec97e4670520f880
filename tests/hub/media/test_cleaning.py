"""Good files stay what they are, without the people in them."""

from __future__ import annotations

import csv
from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat
from pypdf import PdfReader, PdfWriter

from hub.media.cleaning import cleaned_document, cleaned_image, safe_name
from tests.hub.media import made

KINDS = {"GIF": "gif", "JPEG": "jpg", "PNG": "png", "WEBP": "webp"}


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def cleaned(data: bytes, name: str) -> bytes:
    clean = cleaned_image if name.rpartition(".")[2] in {"gif", "jpg", "jpeg", "png", "webp"} else cleaned_document
    return clean(ContentFile(data, name=name)).read()


def difference(one: Image.Image, other: Image.Image) -> float:
    """Of the channels on average, of 255."""
    return max(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")] + [("GIF", mode) for mode in ("L", "P", "RGB")],
)
def test_a_lossless_picture_keeps_every_pixel(kind, mode):
    before = made.picture(kind, mode=mode) if mode != "I;16" else _deep()

    after = cleaned(before, f"x.{KINDS[kind]}")

    assert opened(after).tobytes() == opened(before).tobytes()
    assert opened(after).mode == opened(before).mode


def _deep() -> bytes:
    out = BytesIO()
    Image.frombytes("I;16", (4, 4), bytes(range(32))).save(out, "PNG")
    return out.getvalue()


def test_a_lossless_webp_becomes_a_png_of_the_same_pixels():
    before = made.picture("WEBP", mode="RGBA", lossless=True)

    file = cleaned_image(ContentFile(before, name="x.webp"))

    assert file.name == "x.png"
    assert opened(file.read()).tobytes() == opened(before).tobytes()


@pytest.mark.parametrize(("kind", "mode", "most"), [("JPEG", "RGB", 4), ("JPEG", "L", 4), ("JPEG", "CMYK", 8), ("WEBP", "RGB", 8)])
def test_a_photo_looks_the_same(kind, mode, most):
    before = made.picture(kind, size=(64, 48), mode=mode)

    assert difference(opened(cleaned(before, f"x.{KINDS[kind]}")), opened(before)) <= most


def test_transparency_stays():
    image = Image.new("P", (4, 4), 1)
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.putpixel((0, 0), 0)
    for kind in ("GIF", "PNG"):
        out = BytesIO()
        image.save(out, kind, transparency=0)

        after = opened(cleaned(out.getvalue(), f"x.{KINDS[kind]}")).convert("RGBA")

        assert after.getpixel((0, 0))[3] == 0
        assert after.getpixel((1, 1)) == (0, 255, 0, 255)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_place_and_camera_go_and_the_picture_is_upright(kind):
    before = made.picture(kind, size=(40, 20), exif=made.camera_data(orientation=6))
    assert made.PERSON.encode() in before

    after = cleaned(before, f"x.{KINDS[kind]}")

    assert opened(after).size == (20, 40)
    assert not opened(after).getexif()
    assert made.PERSON.encode() not in after


def test_png_words_xmp_and_colour_profile_go():
    before = made.picture("PNG", pnginfo=made.png_text(), icc_profile=b"\0" * 40 + made.PERSON.encode())

    after = cleaned(before, "x.png")

    assert set(opened(after).info) == set()
    assert made.PERSON.encode() not in after


def test_a_moving_picture_keeps_its_first_frame():
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    for kind in ("GIF", "PNG", "WEBP"):
        out = BytesIO()
        frames[0].save(out, kind, save_all=True, append_images=frames[1:])

        after = opened(cleaned(out.getvalue(), f"x.{KINDS[kind]}"))

        assert getattr(after, "n_frames", 1) == 1
        assert after.convert("RGB").getpixel((4, 4))[0] > 240


def test_a_picture_is_named_by_its_content():
    assert cleaned_image(ContentFile(made.picture("JPEG"), name="Team Photo (2).PNG")).name == "team-photo-2.jpg"


def test_a_portrait_is_cropped_around_the_middle_and_never_enlarged():
    wide = made.picture("PNG", size=(90, 30))

    assert opened(cleaned_image(ContentFile(wide, name="x.png"), max_side=20, square=True).read()).size == (20, 20)
    assert opened(cleaned_image(ContentFile(wide, name="x.png"), max_side=400, square=True).read()).size == (30, 30)
    assert opened(cleaned_image(ContentFile(wide, name="x.png"), max_side=45).read()).size == (45, 15)


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx"])
def test_office_documents_keep_their_words_and_lose_their_people(kind):
    after = made.parts_of(cleaned(made.office(kind), f"plan.{kind}"))

    assert after.keys() == made.office_parts(kind).keys()
    assert any(made.WORDS.encode() in content for content in after.values())
    for name, content in after.items():
        assert made.PERSON.encode() not in content, name
        assert b"Quillfeather" not in content, name
    assert b"Fewer calls" in after["docProps/core.xml"]


def test_a_word_document_keeps_spaces_marks_and_its_links_and_forgets_its_template():
    after = made.parts_of(cleaned(made.office("docx"), "plan.docx"))

    assert b'<w:t xml:space="preserve"> Calls fell by a third. &amp; more</w:t>' in after["word/document.xml"]
    assert b"https://example.org/" in after["word/_rels/document.xml.rels"]
    assert b"attachedTemplate" not in after["word/settings.xml"] + after["word/_rels/settings.xml.rels"]
    assert opened(after["word/media/image1.jpeg"]).tobytes() == opened(made.picture("JPEG")).tobytes()


def test_a_workbook_opens_with_the_same_cells_and_comments():
    book = openpyxl.Workbook()
    book.properties.creator = made.PERSON
    book.active["A1"], book.active["B2"] = made.WORDS, 33
    book.active["A1"].comment = openpyxl.comments.Comment("Check this.", made.PERSON)
    out = BytesIO()
    book.save(out)

    after = openpyxl.load_workbook(BytesIO(cleaned(out.getvalue(), "book.xlsx")))

    assert after.active["A1"].value == made.WORDS
    assert after.active["B2"].value == 33
    assert after.active["A1"].comment.text == "Check this."
    assert after.active["A1"].comment.author == "Author"
    assert not after.properties.creator


def test_the_workbook_behind_a_chart_is_cleaned_too():
    inner = made.office("xlsx")

    after = made.parts_of(cleaned(made.office("docx", **{"word/embeddings/Microsoft_Excel_Sheet1.xlsx": inner}), "plan.docx"))

    inside = made.parts_of(after["word/embeddings/Microsoft_Excel_Sheet1.xlsx"])
    assert made.WORDS.encode() in inside["xl/worksheets/sheet1.xml"]
    assert not any(made.PERSON.encode() in content for content in inside.values())


def test_a_table_keeps_its_own_display_name():
    after = made.parts_of(cleaned(made.office("xlsx"), "book.xlsx"))

    assert b'displayName="Calls"' in after["xl/tables/table1.xml"]


def test_opendocument_text_keeps_its_words_and_loses_its_people():
    after = made.parts_of(cleaned(made.odt(), "plan.odt"))

    assert next(iter(after)) == "mimetype"
    assert made.WORDS.encode() in after["content.xml"]
    assert b"Fewer calls" in after["meta.xml"]
    assert not any(b"Quillfeather" in content for content in after.values())


def test_a_pdf_keeps_its_words_and_title_and_loses_its_people():
    before = made.pdf()
    assert made.PERSON.encode() in before

    after = cleaned(before, "plan.pdf")

    assert made.pdf_text(after) == made.pdf_text(before) == made.WORDS
    assert PdfReader(BytesIO(after)).metadata.title == "Fewer calls"
    assert b"Quillfeather" not in after
    assert b"54.43" not in after


def test_earlier_versions_of_a_pdf_go():
    writer = PdfWriter(BytesIO(made.pdf()), incremental=True)
    writer.pages[0].get("/Contents").get_object().set_data(b"BT /F1 12 Tf 20 100 Td (Redacted.) Tj ET")
    out = BytesIO()
    writer.write(out)
    assert made.WORDS.encode() in out.getvalue()

    after = cleaned(out.getvalue(), "plan.pdf")

    assert made.pdf_text(after) == "Redacted."
    assert made.WORDS.encode() not in after


@pytest.mark.parametrize(
    "data",
    [
        b"name,calls\nAmbleford,3\n",
        "﻿name\nÅmål\n".encode(),
        "name\nÅmål\n".encode("utf-16"),
        "name\nCafé: £3\n".encode("cp1252"),
    ],
)
def test_a_table_keeps_its_text(data):
    text = cleaned(data, "t.csv").decode("utf-8-sig")

    assert text.splitlines()[0] in {"name", "name,calls"}
    assert text.splitlines()[1] in {"Ambleford,3", "Åmål", "Café: £3"}


@pytest.mark.parametrize("cell", ["-5", "+44 1539 000000", "@team", "- first | second", "a=b"])
def test_a_cell_that_no_spreadsheet_runs_is_let_in(cell):
    assert cell.encode() in cleaned(f"x\n{cell}\n".encode(), "t.csv")


def test_a_refusal_names_the_file_and_what_to_do():
    with pytest.raises(ValidationError) as refused:
        cleaned(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "logo.png")

    assert refused.value.messages == [
        "logo.png is a drawing that can carry programs (SVG). Save it as PNG (drawings, screenshots) or JPEG (photos) and add that copy."
    ]


def test_a_refusal_shows_no_markup_from_the_name():
    with pytest.raises(ValidationError) as refused:
        cleaned(b"nothing", "<img src=x onerror=alert(1)>.png")

    assert not set("<>\"'&`") & set(refused.value.messages[0])


@given(st.text(max_size=200))
def test_a_name_is_always_safe(name):
    safe = safe_name(name, "png")

    assert safe.isascii()
    assert safe.count(".") == 1
    assert not set(safe) - set("abcdefghijklmnopqrstuvwxyz0123456789-_.")
    assert len(safe) <= 60


def test_a_cell_has_its_limit_whatever_else_in_the_process_lets_csv_read():
    before = csv.field_size_limit(10_000_000)
    try:
        with pytest.raises(ValidationError):
            cleaned(b"a,b\n1," + b"9" * 131_073, "x.csv")
        assert cleaned(b"a,b\n1," + b"9" * 131_072, "x.csv")
    finally:
        csv.field_size_limit(before)
