"""The blocks of editors' pages: a dozen at most, none of them for layout."""

from __future__ import annotations

from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

RICH_TEXT = ["bold", "italic", "link", "document-link", "concept-link", "ol", "ul"]


class HeadingBlock(blocks.CharBlock):
    """Drawn by core/blocks/body.html, which knows the block's id: the contents list points at it."""

    class Meta:
        icon = "title"


class SubheadingBlock(blocks.CharBlock):
    class Meta:
        icon = "title"
        template = "core/blocks/subheading.html"


class KeyPointBlock(blocks.TextBlock):
    class Meta:
        icon = "pick"
        template = "core/blocks/key_point.html"


class FigureBlock(blocks.StructBlock):
    image = ImageChooserBlock()
    caption = blocks.CharBlock(required=False)

    class Meta:
        icon = "image"
        template = "core/blocks/figure.html"


class TableBlock(blocks.StructBlock):
    caption = blocks.CharBlock(help_text="What the table shows; read out before it.")
    table = TypedTableBlock([("text", blocks.CharBlock(required=False)), ("number", blocks.CharBlock(required=False))])

    class Meta:
        icon = "table"
        template = "core/blocks/table.html"


class DownloadBlock(blocks.StructBlock):
    document = DocumentChooserBlock()
    about = blocks.CharBlock(required=False)

    class Meta:
        icon = "doc-full"
        template = "core/blocks/download.html"


class BodyBlock(blocks.StreamBlock):
    """What a paper, a case study or an information page is made of."""

    heading = HeadingBlock(max_length=120)
    subheading = SubheadingBlock(max_length=120)
    text = blocks.RichTextBlock(features=RICH_TEXT)
    key_point = KeyPointBlock(max_length=400)
    figure = FigureBlock()
    table = TableBlock()
    download = DownloadBlock()

    class Meta:
        block_counts: dict[str, dict[str, int]] = {}
