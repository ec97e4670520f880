"""Pictures, decoded and written anew: what is not a pixel (place, camera, comments, appended files) does not survive."""

from __future__ import annotations

from io import BytesIO
from typing import Any, BinaryIO

from PIL import Image, ImageOps, JpegImagePlugin
from PIL.ImageFile import ImageFile

from hub.media.cleaning.refusal import Refused, damaged

EXTENSIONS = {"GIF": "gif", "JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
# A photograph of a current phone. Turning one upright takes 8 bytes for each pixel; WebP takes 20, so less of it.
MAX_PIXELS = 25_000_000
MAX_WEBP_PIXELS = 12_000_000
# A real progressive JPEG has about ten scans; each is a pass over every pixel.
MAX_JPEG_SCANS = 100

_OTHER_KINDS = {
    "heic": "is a phone's HEIC photo",
    "heif": "is a phone's HEIF photo",
    "avif": "is an AVIF picture",
    "tif": "is a TIFF picture",
    "tiff": "is a TIFF picture",
    "bmp": "is a BMP picture",
    "ico": "is an icon",
    "psd": "is a Photoshop file",
}
_SAVE_AS = "Save it as PNG (drawings, screenshots) or JPEG (photos) and add that copy."


def rewritten(data: bytes, extension: str, *, max_side: int | None = None, square: bool = False) -> tuple[bytes, str]:
    """The picture as new bytes, and the extension they go by.

    Only a first frame is kept: moving pictures need a way to stop them (WCAG 2.2.2) that a still one does not.
    `square` crops around the middle, `max_side` (pixels) shrinks and never enlarges. Raises Refused.
    """
    picture = _opened(data, extension)
    kind = _kind(picture)
    still = _loaded(picture, max_side, square=square)
    if square:
        side = min(*still.size, max_side or MAX_PIXELS)
        still = ImageOps.fit(_full_colour(still), (side, side))
    elif max_side and max(still.size) > max_side:
        still = _full_colour(still)
        still.thumbnail((max_side, max_side))
    out = BytesIO()
    if kind == "WEBP" and b"VP8L" in data[:4096]:
        kind = "PNG"  # as lossless, in a third of the memory
    _write(still, kind, out, like=picture)
    return out.getvalue(), EXTENSIONS[kind]


def _opened(data: bytes, extension: str) -> ImageFile:
    """Reads no more than the header."""
    if extension == "svg" or _looks_like_markup(data):
        raise Refused("svg", f"is a drawing that can carry programs (SVG). {_SAVE_AS}")
    if extension in _OTHER_KINDS:
        raise Refused("kind", f"{_OTHER_KINDS[extension]}, which not every browser shows. {_SAVE_AS}")
    if extension and extension not in {"gif", "jpeg", "jpg", "png", "webp", "jfif", "jpe"}:
        raise Refused("kind", f"is not a picture the hub takes (GIF, JPEG, PNG, WebP). {_SAVE_AS}")
    try:
        picture = Image.open(BytesIO(data), formats=list(EXTENSIONS))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise _too_many_pixels() from bomb
    except MemoryError as bomb:
        raise _too_many_pixels() from bomb
    except Exception as broken:  # Pillow's plugins raise whatever their parsing runs into
        raise damaged("a picture") from broken
    _check_pixels(picture)
    if _kind(picture) == "JPEG" and data.count(b"\xff\xda") > MAX_JPEG_SCANS:
        raise damaged("a picture")
    return picture


def _loaded(picture: ImageFile, max_side: int | None, *, square: bool) -> Image.Image:
    """The first frame the right way up, free of everything but its pixels."""
    if max_side and not square:
        picture.draft(None, (max_side * 2, max_side * 2))
    try:
        picture.load()
        _check_pixels(picture)
        upright = ImageOps.exif_transpose(picture)
    except Refused:
        raise
    except Exception as broken:  # as above
        raise damaged("a picture") from broken
    transparency = upright.info.get("transparency")
    upright.info = {} if transparency is None else {"transparency": transparency}
    return upright


def _write(still: Image.Image, kind: str, out: BinaryIO, *, like: ImageFile) -> None:
    options: dict[str, Any] = {}
    if kind == "JPEG":
        if still.mode not in {"L", "RGB"}:
            still = still.convert("RGB")
        options = _as_compressed(like, still)
    elif kind == "WEBP":
        options = {"quality": 90, "method": 2}
    elif kind == "PNG":
        options = {"compress_level": 4}
    still.save(out, kind, **options)


def _as_compressed(like: ImageFile, still: Image.Image) -> dict[str, Any]:
    """The source's own tables, so that a second compression costs next to nothing to the eye."""
    tables = getattr(like, "quantization", None)
    sampling = JpegImagePlugin.get_sampling(like)
    if not tables or sampling == -1 or still.mode != like.mode or still.size not in {like.size, like.size[::-1]}:
        return {"quality": 90}
    return {"qtables": tables, "subsampling": sampling}


def _full_colour(still: Image.Image) -> Image.Image:
    """Palettes cannot be scaled."""
    if still.mode in {"L", "RGB", "RGBA"} and "transparency" not in still.info:
        return still
    return still.convert("RGBA" if still.has_transparency_data else "RGB")


def _kind(picture: ImageFile) -> str:
    """Cameras store several pictures in one JPEG; Pillow calls that MPO."""
    return "JPEG" if picture.format == "MPO" else str(picture.format)


def _looks_like_markup(data: bytes) -> bool:
    start = data[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")
    return start.startswith((b"<", b"\x1f\x8b"))


def _check_pixels(picture: ImageFile) -> None:
    if picture.width * picture.height > (MAX_WEBP_PIXELS if picture.format == "WEBP" else MAX_PIXELS):
        raise _too_many_pixels()


def _too_many_pixels() -> Refused:
    return Refused("pixels", "has too many pixels. Make it smaller, to 4,000 by 3,000 or fewer, and add that copy.")
