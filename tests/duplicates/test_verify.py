"""Verification: exact shares, and a relation for every kind of pair that scraping brings."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from index_stories import BRIDGE, BRIDGE_EDITED, BRIDGE_TRADITIONAL, nonsense, story

from cleaner.duplicates.candidates import propose
from cleaner.duplicates.relations import DEFAULTS, Thresholds
from cleaner.duplicates.shingles import digests, fingerprint
from cleaner.duplicates.sketch import prefixes
from cleaner.duplicates.sketches import sketch_stories
from cleaner.duplicates.verify import StoryText, Verdict, compared, examine, judge, verify
from cleaner.text.script import convert


def verdicts(stories: list[StoryText], thresholds: Thresholds = DEFAULTS) -> list[Verdict]:
    sketches = sketch_stories([one.text for one in stories])
    found = propose(sketches.signatures, sketches.samples, sketches.digests)
    return list(
        verify(found.pairs, lambda some: [stories[i] for i in some], thresholds, found.common)
    )


def between(a: str, b: str) -> Verdict:
    (verdict,) = verdicts([story("a", a), story("b", b)])
    return verdict


def test_an_exact_copy_is_exact_whatever_its_setting() -> None:
    verdict = between(BRIDGE, BRIDGE.replace("，", ", ").replace("\n", "\n\n"))
    assert (verdict.relation, verdict.scores.jaccard) == ("exact", 1.0)


def test_the_same_story_in_the_other_script_is_found() -> None:
    stories = [story("a", BRIDGE), story("b", BRIDGE_TRADITIONAL, "traditional")]
    (verdict,) = verdicts(stories)
    assert verdict.relation in ("exact", "near")
    assert verdict.cross_script


def test_a_light_edit_is_near() -> None:
    assert between(BRIDGE, BRIDGE_EDITED).relation == "near"


def test_a_story_inside_a_longer_page_is_contained() -> None:
    page = nonsense(1, 400) + "\n" + BRIDGE + "\n" + nonsense(2, 400)
    verdict = between(BRIDGE, page)
    assert (verdict.relation, verdict.scores.a_in_b) == ("contained", 1.0)
    assert [passage.b for passage in verdict.shared] == [(2, 5)]


def test_a_shared_half_is_an_overlap() -> None:
    lines = BRIDGE.split("\n")
    verdict = between(
        "\n".join(lines[:3]) + nonsense(1, 60), "\n".join(lines[:3]) + nonsense(2, 70)
    )
    assert verdict.relation == "overlap"
    assert [passage.a for passage in verdict.shared] == [(1, 3)]


BULLETIN = (
    "水库水情通报\n"
    "截至今天上午8时，东岭水库水位{0}米，蓄水量{1}万立方米，比昨天同期多{2}万立方米。\n"
    "上游来水每秒{3}立方米，下泄流量每秒{4}立方米，各闸门运行正常，请下游群众注意安全。"
)


def test_a_bulletin_of_another_day_is_no_more_than_a_near_miss_with_its_numbers() -> None:
    verdict = between(BULLETIN.format(81, 5200, 30, 64, 40), BULLETIN.format(82, 5310, 25, 71, 55))
    assert (verdict.relation, verdict.doubt) == (None, "numbers")
    assert ("81", "82") in verdict.numbers_changed
    assert ("5200万", "5310万") in verdict.numbers_changed


def test_a_bulletin_that_is_corrected_in_one_figure_is_a_copy() -> None:
    verdict = between(BULLETIN.format(81, 5200, 30, 64, 40), BULLETIN.format(81, 5200, 30, 64, 41))
    assert verdict.relation == "near"
    assert verdict.numbers_changed == (("40", "41"),)


def test_a_story_is_no_copy_of_its_promotion() -> None:
    promotion = (
        "支持独立报道，从今天开始订阅本报电子版，每月只需一杯咖啡的价钱，随时可以取消订阅。" * 2
    )
    stories = [
        story(f"video/{i}", f"{nonsense(i, 14)}（视频）\n{promotion}\n{nonsense(900 + i, 8)}")
        for i in range(40)
    ]
    assert {verdict.relation for verdict in verdicts(stories)} <= {None}


@pytest.mark.parametrize("length", [20, 35])
def test_short_stories_are_exact_or_nothing(length: int) -> None:
    text = nonsense(5, length)
    stories = [story("a", text), story("b", text), story("c", text[:-1] + "改")]
    assert [(v.a, v.b, v.relation) for v in verdicts(stories)] == [(0, 1, "exact")]


def test_empty_stories_never_match() -> None:
    assert verdicts([story("a", ""), story("b", ""), story("c", "……"), story("d", "—")]) == []


def test_a_story_of_a_million_letters_is_compared() -> None:
    long = "".join(nonsense(i, 1000) for i in range(1000))
    (verdict,) = verdicts([story("a", long), story("b", long[:500_000] + "。" + long[510_000:])])
    assert verdict.relation == "near"
    assert len(verdict.shared) == 1


def test_shares_equal_brute_force() -> None:
    texts = [BRIDGE, BRIDGE_EDITED, BRIDGE[:60] + nonsense(1, 80), nonsense(2, 90) + BRIDGE[50:]]
    loaded = compared([story(str(i), text) for i, text in enumerate(texts)])
    for a, b in combinations(range(len(texts)), 2):
        grams = []
        for one in (a, b):
            letters = "".join(filter(str.isalnum, texts[one]))
            grams.append({letters[i : i + 4] for i in range(len(letters) - 3)})
        shared = len(grams[0] & grams[1])
        if not shared:
            continue
        verdict = judge(a, loaded[a], b, loaded[b], Thresholds(floor_jaccard=0, shortest=0))
        assert verdict is not None
        assert verdict.scores.jaccard == pytest.approx(shared / len(grams[0] | grams[1]))
        assert verdict.scores.a_in_b == pytest.approx(shared / len(grams[0]))
        assert verdict.scores.b_in_a == pytest.approx(shared / len(grams[1]))


def test_a_pair_is_symmetric() -> None:
    one, two = compared([story("a", BRIDGE), story("b", BRIDGE_EDITED + nonsense(1, 30))])
    there, back = judge(0, one, 1, two), judge(0, two, 1, one)
    assert there is not None
    assert back is not None
    assert there.relation == back.relation
    assert there.scores.jaccard == back.scores.jaccard
    assert [(p.a, p.b) for p in there.shared] == [(p.b, p.a) for p in back.shared]
    assert list(there.numbers_changed) == [(b, a) for a, b in back.numbers_changed]


def test_near_misses_are_told_with_their_scores() -> None:
    lines = BRIDGE.split("\n")
    verdict = between(
        "\n".join(lines[:2]) + nonsense(1, 60), "\n".join(lines[:2]) + nonsense(2, 70)
    )
    assert verdict.relation is None
    assert verdict.scores.a_in_b >= 0.3


def test_pairs_are_judged_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    stories = [story(str(i), BRIDGE_EDITED + nonsense(i, 20)) for i in range(9)]
    whole = [(v.a, v.b, v.relation) for v in verdicts(stories)]
    monkeypatch.setattr("cleaner.duplicates.verify.BLOCK", 5)
    assert [(v.a, v.b, v.relation) for v in verdicts(stories)] == whole
    assert whole == sorted(whole)
    assert not np.isnan([v for _, v, _ in whole]).any()


def test_words_of_a_region_are_no_other_names() -> None:
    plain = (
        "市里公布网络数据安全规定\n"
        "规定把全市的网络数据分成三类来保护,处理者每年要自查一次,结果报给主管的部门备案。\n"
        "老人和孩子的资料另外存放,没有监护人的同意,学校和医院都不能转给别的单位使用。"
    )
    taiwan = convert(plain, "taiwan", phrases=True)
    assert "網路資料" in taiwan
    (verdict,) = verdicts([story("a", plain, "simplified"), story("b", taiwan, "traditional")])
    assert (verdict.relation, verdict.doubt) == ("near", None)


def test_lines_are_found_in_the_fingerprint_whatever_blank_lines_stand_between() -> None:
    [one] = compared([story("a", "\n标题\n\n正文一行。\n")])
    assert one.starts == [0, 0, 2, 2, 6, 6]


def test_the_digest_of_a_story_is_all_of_the_fingerprints_digest() -> None:
    [one] = compared([story("a", BRIDGE)])
    assert one.digest == tuple(digests(fingerprint([BRIDGE]))[0].tolist())


def test_two_stories_are_told_of_however_little_they_share() -> None:
    left, right = compared([story("a", nonsense(1, 200)), story("b", nonsense(2, 200))])
    verdict = examine(left, right)
    assert (verdict.a, verdict.b, verdict.relation) == (0, 1, None)
    assert verdict.scores.jaccard == 0


def test_two_stories_without_a_letter_are_not_the_same_story() -> None:
    left, right = compared([story("a", "……"), story("b", "。。。")])
    verdict = examine(left, right)
    assert (verdict.relation, verdict.scores.equal) == (None, False)
    assert judge(0, left, 1, right) is None


def test_what_very_many_stories_share_is_told_as_furniture() -> None:
    promotion = nonsense(7, 120)
    pair = [story(name, f"{nonsense(n, 70)}\n{promotion}") for n, name in enumerate("ab")]
    left, right = compared(pair)
    [everywhere] = compared([story("c", promotion)])
    shares = judge(0, left, 1, right, DEFAULTS, prefixes(everywhere.set))
    assert shares is not None
    assert (shares.relation, shares.doubt) == (None, "furniture")
    assert shares.differences.furniture


def test_what_other_stories_share_does_not_count_against_a_pair() -> None:
    left, right = compared([story("a", BRIDGE), story("b", BRIDGE_EDITED)])
    [elsewhere] = compared([story("c", nonsense(8, 400))])
    verdict = judge(0, left, 1, right, DEFAULTS, prefixes(elsewhere.set))
    assert verdict is not None
    assert (verdict.relation, verdict.doubt) == ("near", None)


def test_a_story_of_no_known_script_is_neutral() -> None:
    assert StoryText("a", "文", ((1, 1),)).script == "neutral"
