"""Every shipped rule does what its examples say, and no rule takes more than linear time."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import call
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.model import CleanerError, Page
from cleaner.noise.cards import FAMILIES
from cleaner.noise.examples import after, broken_examples
from cleaner.noise.hits import find_hits, load_rules, rule_set
from cleaner.noise.measured import read_figures
from cleaner.noise.patterns import needs_of
from cleaner.noise.rules import Rule, shipped_rules
from cleaner.noise.search import LAST, Spans, search_of, visible_part
from cleaner.text.lines import split_lines
from cleaner.text.script import convert
from cleaner.text.shape import measure

RULES = shipped_rules().rules
EVERY = pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
LONGEST = 600
"""Characters of a line that any rule may look at: whatever the line, time is bounded."""


def hit(line: str, name: str) -> bool:
    rules = load_rules()
    lines = split_lines([Page("", line)])
    return rules.index(name) in find_hits(rules, lines, measure(lines)).rule


@EVERY
def test_a_rule_does_what_its_examples_say(rule: Rule) -> None:
    assert broken_examples(rule) == []


@EVERY
def test_a_rule_reads_both_scripts_and_both_widths(rule: Rule) -> None:
    wide = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})
    for line, _ in rule.removes:
        assert after(rule, line) != line
        assert after(rule, line.translate(wide)) != line.translate(wide)
        for script in ("simplified", "traditional"):
            assert after(rule, convert(line, script)) != convert(line, script)


@EVERY
def test_no_line_is_too_long_for_a_rule(rule: Rule) -> None:
    assert needs_of(rule.pattern).faults == ()
    if rule.scope == "span":
        assert rule.pattern.endswith("$")
        assert LAST <= LONGEST
    else:
        assert rule.max_length <= LONGEST


@EVERY
def test_a_rule_gives_its_reason_in_one_sentence(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert re.fullmatch(r"[A-Z][^.]{8,110}\.", rule.why)
    assert rule.family in FAMILIES


def test_no_two_rules_have_one_name() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_every_rule_that_removes_alone_was_right_on_gold_lines() -> None:
    """Where it was met often enough to tell: 20 lines. Captions count as story in that gold."""
    figures = read_figures()
    for rule in RULES:
        known = figures.get(rule.name)
        if rule.strength == "alone" and known and known.hits >= 20 and rule.label != "caption":
            assert known.precision is not None
            assert known.precision >= 0.95, rule.name


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("分享+", "without bound"),
        ("(?:微博|微信){1,9}", "atomic group"),
        ("(?:a{1,3}b?){1,9}", "atomic group"),
        ("(?=分享).", "look-around"),
        (r"(分)\1", "back-references"),
        ("(?:微博){1,9}+", "possessive"),
        ("點擊", "write '点'"),
        ("Share", "write 's'"),
        ("分享：", "write ':'"),
        ("(分享", "no regular expression"),
    ],
)
def test_a_pattern_that_may_be_slow_or_never_match_is_refused(pattern: str, fault: str) -> None:
    assert any(fault in told for told in needs_of(pattern).faults)


def test_a_pattern_tells_what_a_line_must_have() -> None:
    (way,) = needs_of("(?:分享|转发)(?:到|至)(?:微信|微博)?").ways
    assert all(any(gram in text for gram in way.grams) for text in ("分享到", "转发至微博"))
    dates, words = needs_of(r"(?:分享到|\d{1,2}-\d{1,2})").ways, ("分享", "享到")
    assert [bool(way.grams) for way in dates] == [True, False]
    assert set(dates[0].grams) <= set(words)


PIECES = st.sampled_from(
    [text for rule in RULES for text, _ in rule.removes]
    + [text for rule in RULES for text in (*rule.keeps, *rule.doubts)]
    + [
        "　　",
        " ",
        "。",
        "他说，水已经退了。",
        "|",
        ">>",
        "（",
        "）",
        "2024-11-08",
        "\ud800",
        "\ufeff",
        "A",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(PIECES, max_size=3).map("".join), max_size=12))
def test_hits_are_those_of_searching_every_line_for_every_rule(
    texts: list[str],
) -> None:
    rules = load_rules()
    lines = split_lines([Page("a", "\n".join(texts)), Page("b", "\n".join(texts[::-1]))])
    shape = measure(lines)
    hits = find_hits(rules, lines, shape)
    found = list(
        zip(
            *(c.tolist() for c in (hits.line, hits.start, hits.rule, hits.end)),
            strict=True,
        )
    )
    assert found == sorted(found)
    assert set(found) == {
        (line, start, i, end)
        for line in range(len(lines))
        for i, rule in enumerate(rules.rules)
        if not shape.blank[line] and shape.visible[line] <= rule.max_length
        for start, end in found_in(SEARCHES[i], lines.reading_of(line))
    }


SEARCHES = [search_of(rule) for rule in load_rules().rules]


def found_in(search: Callable[[str], Spans], reading: str) -> Spans:
    lead, visible = visible_part(reading)
    return [(lead + start, lead + end) for start, end in search(visible)]


def test_no_lines_have_no_hits() -> None:
    lines = split_lines([])
    assert len(find_hits(load_rules(), lines, measure(lines))) == 0


MINE = """
off = ["advert"]

[words]
firm = ["甲公司", "乙公司"]

[[rule]]
name = "{name}"
label = "promo_qr"
pattern = '{{firm}}(?:出品|荣誉出品)'
why = "Praises the sponsor."
strength = "alone"
removes = ["甲公司荣誉出品", "乙公司出品"]
keeps = ["甲公司出品检出问题", "公司出品"]
"""


def test_own_rules_are_added_replaced_and_turned_off(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(MINE.format(name="sponsor"), "utf-8")
    names = [rule.name for rule in load_rules([file]).rules]
    assert names[-1] == "sponsor"
    assert len(names) == len(RULES)  # one more, one turned off
    assert "advert" not in names
    file.write_text(MINE.format(name="share-row"), "utf-8")
    rules = load_rules([file]).rules
    assert len(rules) == len(RULES) - 1
    assert next(rule for rule in rules if rule.name == "share-row").family == "mine"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (("promo_qr", "advert"), "label is 'advert', must be of content, title"),
        (("why = ", "because = "), "why is missing"),
        (("strength", "power"), "power is no field of a rule"),
        (("'{firm}", "'{firms}"), "no [words] called firms"),
        (("荣誉出品)", "荣誉出品)+"), "without bound"),
        (("荣誉出品)", "榮譽出品)"), "write '荣'"),
        (('off = ["advert"]', 'off = ["adverts"]'), "no rule is called adverts"),
        (('"甲公司荣', "甲公司荣"), "cannot read rules"),
    ],
)
def test_a_rule_that_is_not_right_is_told_with_its_place(
    wrong: tuple[str, str], told: str, tmp_path: Path
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(MINE.format(name="sponsor").replace(*wrong), "utf-8")
    with pytest.raises(CleanerError, match=re.escape(told)):
        load_rules([file])


def test_the_program_lists_rules_and_shows_one() -> None:
    done = call("rules")
    assert done.code == 0
    assert len(done.lines) == len(RULES) + 1
    card = call("rules", "share-row").out
    assert "A row of names of platforms" in card
    assert "leaves alone" in card
    judged = call("rules", "numbered-titles").out
    assert judged.startswith("numbered-titles: One of a list of titles")
    assert call("rules", "share-rwo").err.strip().endswith("did you mean 'share-row'?")


def test_the_program_writes_the_page_of_the_documentation() -> None:
    page = call("rules", "--markdown").out
    assert page.startswith("# Rules\n")
    assert all(f"\n### {rule.name}\n" in page for rule in RULES)


def test_the_program_tests_own_rules(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(MINE.format(name="sponsor"), "utf-8")
    assert call("rules", "test", file).code == 0
    assert "sponsor" in call("rules", "--rules", file).out
    file.write_text(MINE.format(name="sponsor").replace("乙公司出品", "丙公司出品"), "utf-8")
    done = call("rules", "test", file)
    assert done.code == 1
    assert "removes '丙公司出品': leaves '丙公司出品', not ''" in done.out
    assert call("rules", "test").code == 2


def test_a_line_about_noise_is_no_noise() -> None:
    for line in (
        "法官说，未经许可不得转载他人作品。",
        "“扫描二维码就能进站，不用再排队买票了，一早上能省下二十分钟时间，真是方便。”她说。",
    ):
        strong = [rule.name for rule in RULES if rule.strength == "alone" and hit(line, rule.name)]
        assert strong == []


def test_rules_made_one_by_one_are_those_of_the_set() -> None:
    rule = RULES[load_rules().index("share-row")]
    lines = split_lines([Page("", "微信 微博 QQ空间")])
    assert len(find_hits(rule_set([rule]), lines, measure(lines))) == 1


def test_an_argument_too_many_is_told(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").touch()
    done = call("rules", "share-row", tmp_path / "mine.toml")
    assert done.code == 2
    assert "mine.toml is one argument too many; did you mean rules test?" in done.err


def test_a_furniture_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "furniture.tsv").write_bytes(b"\xff\xfe")
    done = call("clean", "--furniture", tmp_path / "furniture.tsv", stdin="文字")
    assert done.code == 2
    assert "furniture.tsv: cannot be read as a furniture file (" in done.err
