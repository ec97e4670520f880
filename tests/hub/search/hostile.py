"""What people and machines type into a search box. Every engine must answer each without an error."""

from __future__ import annotations

HOSTILE = [
    *["", " ", "\t", "\n", "\0", "a\0b", '"', '""', '"""', "'", "''", "\\", "\\\\", "%", "_", "%%", "*", "?", "~", "^", "!"],
    *["NOT", "AND", "OR", "AND OR", "NOT NOT", "NOT waste", "waste NOT", "AND waste", "waste OR", "NEAR(", "NEAR(a b, 5)", "TO"],
    *["(", ")", "((((", "))))", "(waste", "waste)", "[a TO b]", "{a TO b}", "[* TO *]", "title:", "text:waste", "key:*", "_id:1"],
    *["*ing*", "fi*", "*", "waste~", "waste~99", "waste^1000000", "r'[a-z]+'", "/.*/", "a{1,99999}", "-waste", "+waste", "--"],
    *['"unbalanced', 'unbalanced"', '"a b"~9999', '"" AND ""', "a AND (b OR", ":-)", "🗑️", "🗑️🚛 waste", "ごみ収集", "垃圾", "קליטה"],
    *[
        "\u200b",
        "\ufeff",
        "\ud800",
        "e\u0301" * 50,
        "İstanbul",
        "ﬁ",
        "½",
        "١٢٣",
        "'; DROP TABLE x; --",
        "<script>alert(1)</script>",
    ],
    *["waste " * 2_000, "x" * 10_000, "(" * 10_000, '"' * 9_999, "a b " * 2_500, "%00", "\r\n", "AND" * 1_000, "0", "-1", "NaN"],
]
