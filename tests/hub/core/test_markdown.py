from __future__ import annotations

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


def test_longer_input_is_refused():
    with pytest.raises(ValueError, match="30000"):
        render("a" * (MAX_LENGTH + 1))


def test_headings_begin_below_the_posts_own():
    assert "<h3>Big</h3>" in render("# Big")


def test_tables_lists_and_links_survive():
    html = render("| a | b |\n|---|---|\n| 1 | 2 |\n\n- one\n\n[Paper](/briefing-papers/x/)")

    assert "<td>1</td>" in html
    assert "<li>one</li>" in html
    assert 'href="/briefing-papers/x/"' in html


def test_an_image_becomes_a_link_so_that_no_other_server_learns_who_reads():
    assert '<a href="https://e.example/x.png" ' in render("![The *form*](https://e.example/x.png)")
    assert ">The form</a>" in render("![The *form*](https://e.example/x.png)")
    assert render("[![inside](/x.png)](/y/)").count("<a ") == 1


def test_an_address_of_another_kind_stays_as_it_was_typed():
    assert "[x](ftp://e.example/)" in render("[x](ftp://e.example/)")
    assert "<a" not in render("[x](JavaScript:1) <irc://e.example> [y]( data:1)")


def test_an_address_defined_once_does_not_make_a_page_of_many_megabytes():
    html = render(f"[a]: /{'b' * 15_000}\n\n" + "[a]" * 4_000)

    assert 0 < html.count("href=") < 20
    assert len(html) < 500_000


def test_rows_too_short_for_a_wide_table_are_not_filled_up_without_end():
    assert "<table>" not in render("|a" * 1000 + "|\n" + "|-" * 1000 + "|\n" + "|b|\n" * 1000)
    assert render("|a" * 30 + "|\n" + "|-" * 30 + "|\n" + "|b" * 30 + "|\n").count("<td>") == 30


def test_quotes_go_twelve_deep():
    assert render("> " * 40 + "x").count("<blockquote>") == 12
