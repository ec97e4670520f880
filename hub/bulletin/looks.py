"""One mail as different people see it. Decided here, so that a preview needs no script and no setting of the browser's."""

from __future__ import annotations

from django.utils.html import escape

LIGHT, DARK, TEXT, NARROW = "light", "dark", "text", "narrow"
LOOKS = {LIGHT: "Light", DARK: "Dark", TEXT: "Text alone", NARROW: "Narrow, 320 px"}
# Where a mail asks for the colours of its reader's screen.
ASKS, NEVER, ALWAYS = "(prefers-color-scheme: dark)", "not all", "all"
NEW_WINDOW = '<base target="_blank">'


def as_seen(html: str, text: str, look: str, *, narrow_url: str) -> str:
    if look == TEXT:
        page = f'<pre style="font:16px/1.5 monospace;white-space:pre-wrap;overflow-wrap:anywhere;margin:16px">{escape(text)}</pre>'
        return (
            f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>As text</title></head><body>{page}</body></html>'
        )
    if look == NARROW:
        frame = (
            f'<iframe title="The mail, 320 px wide" src="{escape(narrow_url)}" width="320" height="100%" style="border:0"></iframe>'
        )
        return (
            '<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Narrow</title></head>'
            f'<body style="margin:0;height:100vh;background:#8a979d">{frame}</body></html>'
        )
    scheme = DARK if look == DARK else LIGHT
    seen = html.replace(ASKS, ALWAYS if look == DARK else NEVER).replace("light dark", scheme)
    return seen.replace("<head>", f"<head>{NEW_WINDOW}", 1)
