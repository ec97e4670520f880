"""The index on disk, whatever happens to the process that writes it."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import textwrap
import time

import pytest
from whoosh import index, query

from hub.search.documents import Document, Key
from hub.search.engines.whoosh_store import Store, writing

WRITER = textwrap.dedent(
    """
    import itertools, os, sys
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.test")
    import django
    django.setup()
    from pathlib import Path
    from hub.search.documents import Document, Key
    from hub.search.engines.whoosh_store import Store
    store = Store(Path(sys.argv[1]), "public")
    print("ready", flush=True)
    for number in itertools.count():
        keys = [Key("library.briefingpaperpage", str(number % 7 * 10 + n)) for n in range(10)]
        store.apply({key: Document(key, text=[f"lantern {number} tram"], names=["lantern"]) for key in keys})
        print(number, flush=True)
    """
)


def document(pk, text):
    return Document(Key("library.briefingpaperpage", str(pk)), text=[text], names=[text], starts=[text])


def apply(store, *documents):
    return store.apply({document.key: document for document in documents})


def found(store, word):
    return sorted(pk for _label, pk, _score, _tie in store.rank(query.Term("text", word)))


def test_a_killed_writer_leaves_an_index_that_reads_and_writes(tmp_path):
    store = Store(tmp_path, "public")
    apply(store, document(999, "lantern"))
    chance = random.Random(4)
    for _ in range(3):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout.readline().strip() == "ready"
        writer.stdout.readline()
        time.sleep(chance.random() * 0.4)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()

        pks = found(store, "lantern")
        assert "999" in pks
        assert len(pks) == len(set(pks))
        assert apply(store, document(999, f"lantern {chance.random()}")) == 1
    store.forget()


def test_a_failed_commit_lets_go_of_the_lock(tmp_path, monkeypatch):
    store = Store(tmp_path, "public")
    apply(store, document(1, "lantern"))

    with monkeypatch.context() as patch:
        patch.setattr("whoosh.writing.SegmentWriter._commit_toc", lambda *args: 1 / 0)
        patch.setattr("whoosh.writing.SegmentWriter.cancel", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            apply(store, document(2, "tram"))

    assert apply(store, document(2, "tram")) == 1
    assert found(store, "tram") == ["2"]
    store.forget()


def test_whooshs_own_lock_is_waited_for_and_then_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("hub.search.engines.whoosh_store.WAIT_FOR_LOCK", 0.1)
    store = Store(tmp_path, "public")
    apply(store, document(1, "lantern"))
    other = index.open_dir(store.link.resolve()).writer()

    with pytest.raises(index.LockError), writing(store.link.resolve()):
        pass

    other.cancel()
    store.forget()


def test_an_index_taken_away_while_it_is_opened_is_opened_again(tmp_path, monkeypatch):
    store = Store(tmp_path, "public")
    apply(store, document(1, "lantern"))
    store.forget()
    opened = index.open_dir
    failures = iter([FileNotFoundError(), FileNotFoundError()])

    def vanishes(folder):
        for error in failures:
            raise error
        return opened(folder)

    monkeypatch.setattr(index, "open_dir", vanishes)

    assert found(store, "lantern") == ["1"]
    store.forget()


def test_a_reader_sees_a_rebuilt_index_at_once(tmp_path):
    store, writer = Store(tmp_path, "public"), Store(tmp_path, "public")
    apply(store, document(1, "lantern"))
    assert found(store, "lantern") == ["1"]

    with writer.rebuilding():
        assert found(store, "lantern") == ["1"]

    assert found(store, "lantern") == []
    assert len([folder for folder in store.root.iterdir() if folder.is_dir() and not folder.is_symlink()]) == 1
    store.forget()


def test_only_the_app_may_read_the_index(tmp_path):
    store = Store(tmp_path, "public")
    apply(store, document(1, "lantern"))

    assert {store.root.stat().st_mode & 0o077, store.link.resolve().stat().st_mode & 0o077} == {0}
    store.forget()


def test_corrections_are_one_slip_away_and_the_commonest_wins(tmp_path):
    store = Store(tmp_path, "public")
    apply(store, document(1, "trams"), document(2, "trams"), document(3, "trims"), document(4, "lantern"))

    assert store.correction("trms") == "trams"
    assert store.correction("lantren") == "lantern"
    assert store.correction("lantern") is None
    assert store.correction("zeppelin") is None
    store.forget()
