from __future__ import annotations

import time

import pytest

from hub.core.markdown import MAX_LENGTH, render


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "[click](data:text/html;base64,PHNjcmlwdD4=)",
        "[click](vbscript:msgbox)",
        "![x](x){onerror=alert(1)}",
        "<svg/onload=alert(1)>",
        "<a href='java\nscript:alert(1)'>x</a>",
        "`<script>`",
        '[x](https://e.example "onmouseover=alert(1)")',
    ],
)
def test_nothing_that_could_run_comes_through(attack):
    html = render(attack)

    assert "<script" not in html
    assert "<img" not in html
    assert "<svg" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html
    assert 'href="vbscript' not in html


@pytest.mark.parametrize("unit", ["[", "![](", "<a ", "*a_", "> ", "- ", "`", "|a", "\\", "&#0;"])
def test_the_longest_hostile_input_is_done_in_time(unit):
    source = (unit * MAX_LENGTH)[:MAX_LENGTH]

    begun = time.perf_counter()
    render(source)

    # Python-Markdown takes over 20 s for half of this; the bound is loose because test machines are noisy.
    assert time.perf_counter() - begun < 5


def test_longer_input_is_refused():
    with pytest.raises(ValueError, match="20000"):
        render("a" * (MAX_LENGTH + 1))


def test_headings_begin_below_the_posts_own():
    assert "<h3>Big</h3>" in render("# Big")


def test_tables_lists_and_links_survive():
    html = render("| a | b |\n|---|---|\n| 1 | 2 |\n\n- one\n\n[Paper](/briefing-papers/x/)")

    assert "<td>1</td>" in html
    assert "<li>one</li>" in html
    assert 'href="/briefing-papers/x/"' in html
