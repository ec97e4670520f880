"""What people have tried in order to make somebody else's browser run their script: written in Markdown, and as names and titles.

Each says `alert(<its number>)`, so that whatever fires says which it was.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

# Elements and attributes that have run scripts in some browser, through some sanitiser.
HTML = (
    "<script>{p}</script>",
    "<ScRiPt >{p}</sCrIpT>",
    "<script/x>{p}</script\t>",
    "<scr<script>ipt>{p}</scr</script>ipt>",
    "<script>//\n{p}</script>",
    "<img src=x onerror={p}>",
    "<img src=x onerror='{p}'>",
    '<img/src="x"/onerror="{p}">',
    '<img src="x` `<script>{p}</script>"` `>',
    "<img src=x:x onerror={p}//",
    '<img """><script>{p}</script>">',
    "<IMG SRC=javascript:{p}>",
    "<svg onload={p}>",
    "<svg/onload={p}>",
    "<svg><script>{p}</script></svg>",
    "<svg><script href='data:,{p}'/></svg>",
    "<svg><animate onbegin={p} attributeName=x dur=1s>",
    "<svg><set onbegin={p} attributeName=x>",
    '<svg><a xlink:href="javascript:{p}"><text y=20>x</text></a></svg>',
    "<svg><use href='data:image/svg+xml,<svg id=x onload={p}>#x'/></svg>",
    "<svg><foreignObject><body onload={p}></foreignObject></svg>",
    '<svg></p><style><a id="</style><img src=1 onerror={p}>">',
    "<math href='javascript:{p}'>x</math>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror={p}&gt;">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror={p}>",
    "<body onload={p}>",
    "<body onpageshow={p}>",
    "<iframe srcdoc='<script>parent.{p}</script>'></iframe>",
    "<iframe src='javascript:parent.{p}'></iframe>",
    "<iframe onload={p}></iframe>",
    "<object data='javascript:parent.{p}'></object>",
    "<object data='data:text/html,<script>parent.{p}</script>'></object>",
    "<embed src='javascript:parent.{p}'>",
    "<details open ontoggle={p}>x</details>",
    "<input autofocus onfocus={p}>",
    "<select autofocus onfocus={p}></select>",
    "<textarea autofocus onfocus={p}></textarea>",
    "<button autofocus onfocus={p}>x</button>",
    "<keygen autofocus onfocus={p}>",
    "<b tabindex=1 onfocus={p}>x</b>",
    "<b contenteditable onfocus={p}>x</b>",
    "<b onmouseover={p}>x</b>",
    "<b onpointerover={p}>x</b>",
    "<b onclick={p}>x</b>",
    "<video><source onerror={p}></video>",
    "<video src=x onerror={p}></video>",
    "<audio src=x onerror={p}></audio>",
    "<marquee onstart={p}>x</marquee>",
    "<style>@keyframes x{{}}</style><b style='animation-name:x' onanimationstart={p}>x</b>",
    "<style>@import 'javascript:{p}';</style>",
    "<b style='background:url(javascript:{p})'>x</b>",
    "<b style='width:expression({p})'>x</b>",
    "<a href='javascript:{p}'>x</a>",
    "<a href=' &#14; javascript:{p}'>x</a>",
    "<a href='java&#x09;script:{p}'>x</a>",
    "<a href='jAvAsCrIpT&colon;{p}'>x</a>",
    "<a href='#' onclick={p}>x</a>",
    "<form action='javascript:{p}'><button>x</button></form>",
    "<form><button formaction='javascript:{p}'>x</button></form>",
    "<form id=f><input type=image src=x onerror={p}></form>",
    "<base href='javascript:{p}//'><a href='#'>x</a>",
    "<meta http-equiv=refresh content='0;url=javascript:{p}'>",
    "<link rel=stylesheet href=x onerror={p}>",
    "<link rel=import href='data:text/html,<script>{p}</script>'>",
    '<noscript><p title="</noscript><img src=x onerror={p}>">',
    "<template><img src=x onerror={p}></template>",
    "<plaintext><img src=x onerror={p}>",
    "<xmp><img src=x onerror={p}></xmp><img src=x onerror={p}>",
    "<title><img title='</title><img src=x onerror={p}>'>",
    "<textarea><img title='</textarea><img src=x onerror={p}>'>",
    "<!--><img src=x onerror={p}>-->",
    "<!-- --!><img src=x onerror={p}> -->",
    "<![CDATA[<img src=x onerror={p}>]]>",
    "<?xml <img src=x onerror={p}> ?>",
    "<!DOCTYPE x [<!ENTITY y '<img src=x onerror={p}>'>]>&y;",
    "</title><script>{p}</script>",
    "</textarea><script>{p}</script>",
    "</style><script>{p}</script>",
    '"><script>{p}</script>',
    "'><img src=x onerror={p}>",
    '" onmouseover={p} x="',
    "' autofocus onfocus={p} x='",
    "` onfocus={p} `",
    "--><script>{p}</script>",
    "]]><script>{p}</script>",
    "{{{{constructor.constructor('{p}')()}}}}",
    "${{{p}}}",
    "<x-y is=a onclick={p}>x</x-y>",
    "<dialog open onclose={p}><form method=dialog><button>x</button></form></dialog>",
    "<b popover id=q onbeforetoggle={p}>x</b><button popovertarget=q>x</button>",
    "<img src=x onerror=&#x61;lert({n})>",
    "<img src=x onerror=\u2028{p}>",
    "<\u0000script>{p}</script>",
    "\uff1cscript\uff1e{p}\uff1c/script\uff1e",
    "&lt;script&gt;{p}&lt;/script&gt;",
    "&#60;img src=x onerror={p}&#62;",
    "+ADw-script+AD4-{p}+ADw-/script+AD4-",
    "\u202e<script>{p}</script>",
)

# What stands before the script in an address, in every disguise.
SCHEMES = (
    *("javascript:", "JaVaScRiPt:", "javascript://%0a", "javascript:/*--></title>*/", "javascript&colon;", "javascript&#58;"),
    *("javascript&#0000058;", "javascript%3A", "&#106;avascript:", "&#x6A;&#x61;vascript:", "%6Aavascript:", "\\javascript:"),
    *("java&Tab;script:", "java&#10;script:", "java&#13;script:", "java\tscript:", "java\\\nscript:", "java&NewLine;script:"),
    *("&#1;javascript:", "\u0001javascript:", "\u00a0javascript:", "\u2028javascript:", "\ufeffjavascript:", "java\u00adscript:"),
    *("java\u200bscript:", "\uff4aavascript:", "java\0script:", "&#0;javascript:", " javascript:", "&nbsp;javascript:"),
    *("vbscript:", "livescript:", "mocha:", "feed:javascript:", "view-source:javascript:", "jar:javascript:", "x-javascript:"),
    *("data:text/html,<script>parent.{p}</script>", "data:text/html;charset=utf-8,%3Cscript%3E", "DATA:text/html,", "data:,"),
    *("blob:javascript:", "filesystem:javascript:", "file:///", "about:", "intent:", "ms-its:", "mhtml:javascript:"),
    *(
        "https://e.example/&quot; onclick={p} x=&quot;",
        'https://e.example/"onclick={p}//',
        "mailto:a@e.example?subject=</a><script>",
    ),
)

WRAPPERS = (
    "{v}",
    "> {v}",
    "- {v}",
    "# {v}",
    "**{v}**",
    "| a |\n| --- |\n| {v} |",
    "[{v}](https://e.example/)",
    '[x](https://e.example/ "{v}")',
    "[x](<{v}>)",
    "![{v}](https://e.example/x.png)",
    "`{v}`",
    "```{v}\nx\n```",
    '[x][r]\n\n[r]: https://e.example/ "{v}"',
    "~~~\n{v}\n~~~",
    "<https://e.example/{v}>",
    "@{v} \\{v}",
)
LINKS = (
    "[x]({s})",
    "[x](<{s}>)",
    "[x][r]\n\n[r]: {s}",
    "[r]: <{s}>\n\n[r]",
    "<{s}>",
    "![x]({s})",
    "[![x]({s})]({s})",
    '[x]({s} "t")',
    "| a |\n| --- |\n| [x]({s}) |",
    "[*x*](\n{s}\n)",
)


def bare() -> list[str]:
    """For names and titles, and shown raw to prove that they would fire."""
    return [html.format(p=f"alert({number})", n=number) for number, html in enumerate(HTML)]


def markdown() -> list[str]:
    return [text.format(p=f"alert({number})", n=number) for number, text in enumerate(_markdown())]


def _markdown() -> Iterator[str]:
    for html in HTML:
        # Once in each of a few wrappers, so that each wrapper meets every one in turn.
        yield from (wrapper.replace("{v}", html) for wrapper in WRAPPERS)
    for scheme in SCHEMES:
        address = scheme if "{p}" in scheme else f"{scheme}{{p}}"
        yield from (link.replace("{s}", address) for link in LINKS)
    for kind in ("text/html", "image/svg+xml", "text/xml", "application/xhtml+xml"):
        script = base64.b64encode(
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(0)'><script>alert(0)</script></svg>"
        ).decode()
        yield from (link.replace("{s}", f"data:{kind};base64,{script}") for link in LINKS)
