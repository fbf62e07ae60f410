"""What a rule took: frequent lines are counted, and the line that does not belong comes out odd."""

from __future__ import annotations

from typing import Any

from cleaner.corpus.jsonlines import to_line
from cleaner.corpus.rows import reason_in
from cleaner.report.rule_lines import HELD, LINES_READ, RuleLines, oddest, sampled


def row(text: str, line: int = 1, rule: str = "share-name") -> dict[str, Any]:
    """A row of removed.jsonl."""
    return {
        "page": "a.txt",
        "line": line,
        "start": 0,
        "end": len(text),
        "text": text,
        "label": "share_widget",
        "rule": rule,
        "why": "A button.",
        "action": "removed",
    }


def take(lines: RuleLines, told: dict[str, Any]) -> None:
    """Counts a row and takes its line."""
    lines.count(reason_in(to_line(told)))
    lines.take(told)


def test_the_most_frequent_lines_come_first_with_their_first_place() -> None:
    lines = RuleLines()
    for number, text in enumerate(["微信", "微博", "微信", "微信", "微博", "空间"], start=1):
        take(lines, row(text, number))
    (rule,) = lines.facts()
    assert [(taken.text, taken.count, taken.line) for taken in rule.frequent] == [
        ("微信", 3, 1),
        ("微博", 2, 2),
        ("空间", 1, 6),
    ]
    assert (rule.hits, rule.actions, rule.exact) == (6, {"removed": 6}, True)


def test_a_sentence_among_buttons_is_the_oddest() -> None:
    buttons = {"微信": 40, "新浪微博": 38, "QQ空间": 30, "朋友圈": 11}
    prose = "微信里的老人们又说起那座桥"
    assert oddest([*buttons, prose], {**buttons, prose: 1})[0] == prose


def test_too_many_different_lines_are_counted_from_below_and_said_so() -> None:
    lines = RuleLines()
    for number in range(3 * HELD):
        take(lines, row(f"第{number}条"))
        take(lines, row("微信"))
    (rule,) = lines.facts()
    assert not rule.exact
    assert rule.frequent[0].text == "微信"
    assert 2 * HELD < rule.frequent[0].count <= 3 * HELD
    assert rule.hits == 6 * HELD


def test_a_long_odd_line_is_not_lost_among_many() -> None:
    lines = RuleLines()
    take(lines, row("这一行是一整句正文，本不该由一条只管分享按钮的规则拿走，写在这里给人看见。"))
    for number in range(3 * HELD):
        take(lines, row(f"按钮{number}"))
    (rule,) = lines.facts()
    assert rule.oddest[0].text.startswith("这一行是一整句正文")


def test_rules_are_told_by_hits() -> None:
    lines = RuleLines()
    for name in ("b", "a", "c", "c"):
        take(lines, row("微信", rule=name))
    assert [rule.rule for rule in lines.facts()] == ["c", "a", "b"]


def test_of_many_findings_an_even_sample_is_looked_at() -> None:
    assert sampled(0) == sampled(LINES_READ) == 1
    assert sampled(10 * LINES_READ) == 10
