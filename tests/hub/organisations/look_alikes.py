"""Addresses that look like those of a council to a person or to a careless check, and are somebody else's."""

# ruff: noqa: RUF001 - letters that look like others are what this is about

from __future__ import annotations

import random
from collections.abc import Iterator

# Letters that a reader takes for the Latin ones: Cyrillic, Greek, full width, and the dotless i.
_HOMOGRAPHS = {
    "a": "аａ", "b": "ｂƄ", "c": "сｃ", "d": "ԁｄ", "e": "еｅ", "f": "ｆ", "g": "ɡｇ", "h": "һｈ", "i": "іıｉ", "j": "јｊ", "k": "ｋ\u212a",
    "l": "ӏｌ", "m": "ｍ", "n": "ոｎ", "o": "оοｏ", "p": "рｐ", "q": "ԛｑ", "r": "ｒ", "s": "ѕſｓ", "t": "ｔ", "u": "ｕս", "v": "ѵｖ",
    "w": "ԝｗ", "x": "хｘ", "y": "уｙ", "z": "ｚ",
}  # fmt: skip
_HIDDEN = ["\u200d", "\u200b", "\u200c", "\u00ad", "\ufeff", "\u2060", "\u202e"]
_DOTS = ["。", "．", "｡", "․"]
_ATS = ["＠", "﹫"]


def look_alikes(domain: str, chance: random.Random) -> Iterator[str]:
    """One of every kind for this domain; what chance chooses differs between domains."""
    yield from _other_domains(domain, chance)
    yield from _odd_local_parts(domain)
    yield from _unicode(domain, chance)


def _other_domains(domain: str, chance: random.Random) -> Iterator[str]:
    name, _, rest = domain.partition(".")
    at = chance.randrange(1, len(name))
    yield f"a@mail.{domain}"
    yield f"a@{name}.{domain}"
    yield f"a@x{domain}"
    yield f"a@my-{domain}"
    yield f"a@{domain}.com"
    yield f"a@{domain}.{chance.choice(['uk', 'co', 'org', 'example'])}"
    yield f"a@{domain}x"
    yield f"a@{name}-council.{rest}"
    yield f"a@{name}.co"
    yield f"a@{name[:at]}{name[at]}{name[at:]}.{rest}"
    yield f"a@{name[:at]}-{name[at:]}.not-{rest}"
    yield f"a@{name[:at]}.{name[at:]}.x.{rest}"
    yield f"a@{domain.replace('.', '-')}.example"
    yield f"a@{domain}."
    yield f"a@.{domain}"
    yield f"a@{domain.replace('.', '..', 1)}"
    yield f"a@[{domain}]"
    yield f"a@{domain}:25"
    yield f"a@{domain}/"
    yield f"a@{domain}#x.example"
    yield f"a@{domain}?x.example"
    yield "a@[192.0.2.1]"
    yield "a@192.0.2.1"


def _odd_local_parts(domain: str) -> Iterator[str]:
    yield f'"a"@{domain}'
    yield f'"a@x.example"@{domain}'
    yield f'"a\\"@{domain}"@x.example'
    yield f"a@{domain}@x.example"
    yield f"a@x.example@{domain}"
    yield f"a%x.example@{domain}"
    yield f"x.example!a@{domain}"
    yield f"a(comment)@{domain}"
    yield f"a@(comment){domain}"
    yield f"a@{domain}(comment)"
    yield f"A <a@{domain}>"
    yield f"@x.example:a@{domain}"
    yield f".a@{domain}"
    yield f"a.@{domain}"
    yield f"a..b@{domain}"
    yield f"a b@{domain}"
    yield f" a@{domain}"
    yield f"a@{domain} "
    yield f"a@{domain}\n"
    yield f"a@{domain}\r\nBcc: b@x.example"
    yield f"a\0@{domain}"
    yield f"a@{domain}\0.x.example"
    yield f"@{domain}"
    yield domain
    yield f"a@{domain}, b@x.example"
    yield f"a@x.example,b@{domain}"
    yield f"{'a' * 65}@{domain}"
    yield f"mailto:a@{domain}"


def _unicode(domain: str, chance: random.Random) -> Iterator[str]:
    letters = [place for place, letter in enumerate(domain) if letter in _HOMOGRAPHS]
    for place in chance.sample(letters, k=min(4, len(letters))):
        for other in _HOMOGRAPHS[domain[place]]:
            yield f"a@{domain[:place]}{other}{domain[place + 1 :]}"
    place = chance.randrange(1, len(domain))
    for hidden in _HIDDEN:
        yield f"a@{domain[:place]}{hidden}{domain[place:]}"
        yield f"a{hidden}@{domain}"
    for dot in _DOTS:
        yield f"a@{domain.replace('.', dot, 1)}"
    for at in _ATS:
        yield f"a{at}{domain}"
    yield f"а@{domain}"  # a Cyrillic a, in front of the @
    yield f"a@xn--{domain}"
    yield "a@" + "".join(chr(ord(letter) + 0xFEE0) if "a" <= letter <= "z" else letter for letter in domain)
