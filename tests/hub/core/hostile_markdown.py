"""Markdown that is meant to take long: families of texts that can be made as long as one likes."""

from __future__ import annotations

from collections.abc import Callable

Family = Callable[[int], str]  # by the number of characters, roughly


def again(unit: str) -> Family:
    return lambda n: unit * (n // len(unit) + 1)


def growing(line: Callable[[int], str]) -> Family:
    """Line upon line, each longer than the one before."""
    return lambda n: "".join(line(number) for number in range(1, int((2 * n) ** 0.5) + 1))


def tables_for(cells: int) -> Family:
    """Each as wide as the lines after it allow to a text of as many cells, so that all together ask for the most."""

    def tables(n: int) -> str:
        found, length, lines = [], 0, 0
        while length < n:
            lines += 23
            columns = max(2, cells // lines)
            found.append("a|" * columns + "\n" + "-|" * columns + "\n" + "a\n" * 20 + "\n")
            length += len(found[-1])
        return "".join(reversed(found))[-n:]

    return tables


FAMILIES: dict[str, Family] = {
    "brackets open": again("["),
    "bracket pairs": again("[]"),
    "brackets nested": lambda n: "[" * (n // 2) + "]" * (n // 2),
    "nested links": lambda n: ("[" * (n // 2) + "](x)" * (n // 8))[:n],
    "images open": again("!["),
    "images empty": again("![]("),
    "image brackets": again("!["),
    "link opens": again("[a]("),
    "link opens a": again("[a](<b"),
    "backticks": again("`"),
    "backtick runs": lambda n: " ".join("`" * k for k in range(1, int((2 * n) ** 0.5)))[:n],
    "backtick unclosed runs": lambda n: "".join("`" * k + "a" for k in range(1, int((2 * n) ** 0.5)))[:n],
    "stars": again("*"),
    "star a": again("*a "),
    "star a_": again("*a_"),
    "**a": again("**a "),
    "a**b": again("a**b"),
    "*a**": again("*a**"),
    "underscores": again("_"),
    "_a": again("_a "),
    "*_": again("*_"),
    "***a": again("***a "),
    "emph nest": lambda n: "*a " * (n // 6) + "a* " * (n // 6),
    "emph nest2": lambda n: "*a **a " * (n // 14) + "b** b* " * (n // 14),
    "tilde": again("~~a "),
    "tildes": again("~"),
    "~~": again("~~"),
    "quotes": again("> "),
    "quotes2": again(">"),
    "quote lines": again("> a\n"),
    "quote depth": lambda n: "\n".join(">" * k + "a" for k in range(1, int((2 * n) ** 0.5)))[:n],
    "lists": again("- "),
    "nested lists": lambda n: "".join(" " * (2 * k) + "- a\n" for k in range(1, int(n**0.5)))[:n],
    "list lines": again("- a\n"),
    "list alt": again("- a\n* a\n"),
    "ordered": again("1. "),
    "ordered lines": again("1. a\n"),
    "list blank": again("-\n\n"),
    "list quote": again("- > "),
    "quote list": again("> - a\n"),
    "*- ": again("* - + "),
    "table pipe": again("|"),
    "table a": again("|a"),
    "table wide": lambda n: "|a" * (n // 5) + "|\n" + "|-" * (n // 5) + "|\n" + "|b|\n" * (n // 40),
    "table rows": lambda n: "a|b\n-|-\n" + ("c|d\n" * n)[: n - 8],
    "table tall wide": lambda n: (lambda k: "|".join("a" * k) + "\n" + "|".join("-" * k) + "\n" + "|\n" * ((n - 4 * k) // 2))(
        int(n**0.5) * 3
    ),
    "table autocomplete": lambda n: (lambda k: "|a" * k + "|\n" + "|-" * k + "|\n" + "a\n" * ((n - 4 * k) // 2))(n // 8),
    "many tables": again("a|b\n-|-\n\n"),
    "entities": again("&amp;"),
    "entities0": again("&#0;"),
    "amps": again("&"),
    "entity open": again("&#x"),
    "entity long": again("&aaaaaaaaaa"),
    "html": again("<"),
    "<a ": again("<a "),
    "<!--": again("<!--"),
    "<?": again("<?"),
    "<![CDATA[": again("<![CDATA["),
    "<a href=": again('<a href="'),
    "autolink": again("<http://a>"),
    "autolink open": again("<http:"),
    "</": again("</a"),
    "<!A": again("<!A"),
    "refs": again("[a]: /b\n"),
    "refs distinct": lambda n: "".join(f"[{k}]: /b\n" for k in range(n))[:n],
    "refs used": lambda n: "[a]: /b\n\n" + "[a]" * (n // 3),
    "ref title": again('[a]: b "'),
    "ref open": again("[a]: \n"),
    "refs long label": lambda n: "[" + "a" * (n - 2) + "]",
    "refs ref ref": lambda n: "".join(f"[{k}]: /b\n" for k in range(n // 20)) + "\n" + "".join(f"[{k}]" for k in range(n // 12)),
    "ref title multi": lambda n: '[a]: b "\n' + ("c\n" * n)[:n],
    "ref title multis": again('[a]: b "\nc\n'),
    "ref expand": lambda n: "[a]: /" + "b" * (n // 2) + "\n\n" + "[a]" * (n // 6),
    "long line": again("a"),
    "long word line": again("a "),
    "spaces": again(" "),
    "newlines": again("\n"),
    "tabs": again("\t"),
    "a newline": again("a\n"),
    "hard breaks": again("a  \n"),
    "backslash": again("\\"),
    "backslash br": again("\\\n"),
    "backslash bracket": again("\\["),
    "mentions": again("@a "),
    "mention": again("@"),
    "mention names": again("@[Priya Nair] "),
    "setext": again("a\n=\n"),
    "setext long": lambda n: ("a\n" * n)[: n - 2] + "\n=",
    "setext lines": again("a\n-\n"),
    "headings": again("# a\n"),
    "heading hashes": again("# #"),
    "hashes trail": lambda n: "# a" + " #" * (n // 2),
    "rules": again("---\n"),
    "rule spaced": again("- - -\n"),
    "fences": again("```\n"),
    "fence open": again("```a\n"),
    "tilde fence": again("~~~\n"),
    "fence info": lambda n: "```" + "a" * n,
    "fence in list": again("- ```\n"),
    "indent code": again("    a\n"),
    "title quotes": again('[a](b "'),
    "title quotes2": again("[a](b '"),
    "paren nest": lambda n: "[a](" + "(" * n,
    "paren nest2": lambda n: "[a](" + "(" * (n // 2) + ")" * (n // 2) + ")",
    "link in link": again("[a](b"),
    "dest angle": again("[a](<"),
    "nul": again("\0"),
    "emoji": again("😀"),
    "combining": again("a\u0301"),
    "rtl": again("\u202e"),
    "cr": again("\r"),
    "long url": lambda n: "<http://" + "a" * n + ">",
    "urls pct": lambda n: "[a](http://" + "%" * n + ")",
    "urls uni": lambda n: "[a](/" + "é" * n + ")",
    "puny": lambda n: "[a](http://" + "é" * n + ")",
    "puny many": again("[a](http://é) "),
    "brackets and stars": again("[*a"),
    "stars and links": again("*[a](b)"),
    "![[": again("![["),
    "brackets close": again("]("),
    "[a](b)": again("[a](b)"),
    "![a](b)": again("![a](b)"),
    "list deep tabs": lambda n: "".join("\t" * k + "- a\n" for k in range(1, int((2 * n) ** 0.5)))[:n],
    "quotes, then lazy lines": lambda n: "> " * 20 + "\n" + ("a\n" * n)[:n],
    "list, then lazy lines": lambda n: "- " * 20 + ("a\n" * n)[:n],
    "quotes too deep": again(">" * 100 + "a\n"),
    "quotes deep": again(">" * 19 + "a\n"),
    "lists deep": again("- " * 19 + "a\n"),
    "indent lines": again(" " * 200 + "a\n"),
    "list and indent": again("- a\n" + " " * 100 + "b\n"),
    "tables in tables": tables_for(4_500),
}
# A longer one has other tables, and many more lines, than a shorter one: these are doubled by being written twice.
MIXTURES: dict[str, Family] = {f"tables for {cells} cells": tables_for(cells) for cells in (2_000, 6_000, 9_000, 30_000)}


def text(family: str, length: int) -> str:
    return (FAMILIES | MIXTURES)[family](length)[:length]
