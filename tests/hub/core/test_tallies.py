from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from hub.core import tallies


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.HUB_TALLIES = tmp_path / "tallies"
    return settings.HUB_TALLIES


def test_what_is_noted_is_taken_once():
    for word in ("tills", "tills", "bins"):
        tallies.note("searched", word)

    assert tallies.take("searched") == {"tills": 2, "bins": 1}
    assert tallies.take("searched") == {}


def test_kinds_are_apart():
    tallies.note("opened", "a")

    assert tallies.take("searched") == {}


def test_a_word_stays_on_its_line_and_is_cut():
    tallies.note("searched", "one\ntwo")
    tallies.note("searched", "x" * 500)
    tallies.note("searched", "  ")

    assert tallies.take("searched") == {"one two": 1, "x" * 200: 1}


def test_many_at_once_lose_none():
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: tallies.note("searched", f"word {n % 3}"), range(300)))

    assert tallies.take("searched").total() == 300


def test_a_full_file_takes_nothing_more_until_it_is_taken(monkeypatch):
    monkeypatch.setattr(tallies, "MOST_BYTES", 5)
    for _ in range(5):
        tallies.note("searched", "word")

    assert tallies.take("searched") == {"word": 1}
    tallies.note("searched", "word")
    assert tallies.take("searched") == {"word": 1}


def test_a_folder_that_cannot_be_written_fails_no_page(settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.HUB_TALLIES = tmp_path / "file"

    tallies.note("searched", "word")


def test_what_a_worker_left_when_it_was_stopped_is_taken_next(folder):
    tallies.note("searched", "word")
    (folder / "searched.txt").rename(folder / "searched.taken")

    assert tallies.take("searched") == {"word": 1}
