"""Whether Pillow here can read the kinds of picture that may be uploaded."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register
from PIL import features

CODECS = {"jpg": "JPEG", "webp": "WebP", "zlib": "PNG"}


@register()
def pillow_reads_what_may_be_uploaded(**_: Any) -> list[CheckMessage]:
    return [
        Error(
            f"Pillow was built without {name}, so {name} pictures cannot be uploaded.",
            hint="Install Pillow from its wheel, or the codec's library before building it.",
            id="media.E001",
        )
        for codec, name in CODECS.items()
        if not features.check(codec)
    ]
