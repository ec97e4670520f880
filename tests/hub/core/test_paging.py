from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.paginator import Paginator
from django.template.loader import render_to_string


def shown(pages: int, number: int) -> list[str]:
    page = Paginator(range(pages * 10), 10).page(number)
    html = render_to_string("components/pagination.html", {"page": page, "query": "kind=district"})
    return [re.sub(r"<[^>]*>|\s", "", item) for item in re.findall(r"<li.*?</li>", html)]


@pytest.mark.parametrize(
    ("pages", "number", "expected"),
    [
        (2, 1, ["Page1", "Page2", "Nextpage"]),
        (4, 2, ["Previouspage", "Page1", "Page2", "Page3", "Page4", "Nextpage"]),
        (800, 1, ["Page1", "Page2", "…", "Page800", "Nextpage"]),
        (800, 400, ["Previouspage", "Page1", "…", "Page399", "Page400", "Page401", "…", "Page800", "Nextpage"]),
        (800, 800, ["Previouspage", "Page1", "…", "Page799", "Page800"]),
    ],
)
def test_the_first_the_last_and_the_neighbours(pages, number, expected):
    assert shown(pages, number) == expected


def test_one_page_has_no_numbers():
    assert shown(1, 1) == []


def test_links_keep_what_narrows_the_list():
    page = Paginator(range(30), 10).page(2)
    html = render_to_string("components/pagination.html", {"page": page, "query": "kind=district"})

    links = re.findall(r'href="([^"]*)"', html)
    assert [unescape(link) for link in links] == [f"?kind=district&page={number}" for number in (1, 1, 3, 3)]
