"""What is noise on a page, what is not, and that cleaning a cleaned page changes nothing."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from gold_pages import PAGES, SEED_GOLD, SEEDS, GoldLine, gold_lines
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.model import KEEP, LABELS, SURE, SUSPECT, Page
from cleaner.noise.hits import load_rules
from cleaner.noise.label import Labels, label_lines, staying
from cleaner.text.lines import Lines, split_lines
from cleaner.text.shape import Shape, measure

SEED_NAMES = sorted(path.stem for path in SEEDS.glob("*.txt"))

STORY = (
    "近日,顺德区卫生监督所的执法骨干来到高明,与同行围坐一桌,逐页讨论今年的检查计划。",
    "双方商定,每个季度互派两名骨干跟班学习,共同编写一本面向商户的问答手册。",
    "“过去遇到跨区的线索,电话要打一圈,现在一个群里就能说清楚。”一名监督员告诉记者。",
    "下一步,两地还将联合开展夏季饮品专项检查,结果在两区政府网站同步公布。",
)
LINKS = (
    "老街改造后的第一个夏天",
    "新图书馆试开放首日见闻",
    "三条公交线路下周起调整",
    "暑期托管班报名今天开始",
    "古桥修缮工程通过了验收",
    "市民热线一季度办结情况",
    "龙舟队员备战端午的清晨",
    "社区食堂的第一百种菜式",
    "江边栈道新添十二盏路灯",
)
FURNITURE = (
    "首页 > 新闻中心 > 本地新闻",
    "字号:大 中 小",
    "打印本页",
    "分享到:",
    "相关阅读",
    "热门推荐",
)


def labelled(*texts: str) -> tuple[Lines, Shape, Labels]:
    lines = split_lines([Page(f"page{i}", text) for i, text in enumerate(texts)])
    shape = measure(lines)
    return lines, shape, label_lines(lines, shape, load_rules())


def removed(*rows: str) -> list[str]:
    """The lines that go of a page of these lines."""
    lines, _, labels = labelled("\n".join(rows))
    return [lines.text_of(i) for i in np.flatnonzero(labels.strength == SURE).tolist()]


def suspect(*rows: str) -> list[str]:
    lines, _, labels = labelled("\n".join(rows))
    return [lines.text_of(i) for i in np.flatnonzero(labels.strength == SUSPECT).tolist()]


def left(text: str) -> str:
    """The page without the lines that go."""
    lines, shape, labels = labelled(text)
    stays = staying(lines, shape, labels)
    return "\n".join(lines.text_of(i) for i in np.flatnonzero(stays).tolist())


class TestGoldPages:
    """Pages with a label on every line; borderline lines are not held to it."""

    @pytest.mark.parametrize("name", SEED_NAMES)
    def test_of_the_seeds_all_noise_goes_and_all_else_stays(self, name: str) -> None:
        page = (SEEDS / f"{name}.txt").read_text("utf-8")
        self.hold(page, gold_lines(SEED_GOLD / f"{name}.jsonl"))

    def test_of_the_real_pages_all_noise_goes_and_all_else_stays(self, shared: Path) -> None:
        for path in sorted((shared / "seeds").glob("*.txt")):
            gold = gold_lines(path.parent / "gold" / f"{path.stem}.jsonl")
            self.hold(path.read_text("utf-8"), gold)

    @pytest.mark.parametrize(
        "name",
        ["08_poem", "09_english_news", "10_japanese_news", "17_sports_scores", "20_programme"],
    )
    def test_of_pages_without_noise_or_in_other_languages_all_stays(self, name: str) -> None:
        _lines, _, labels = labelled((PAGES / f"{name}.txt").read_text("utf-8"))
        gold = gold_lines(PAGES / f"{name}.jsonl")
        lost = [line.text for line in gold if line.keep and labels.strength[line.line - 1] == SURE]
        assert lost == []

    @staticmethod
    def hold(page: str, gold: list[GoldLine]) -> None:
        lines, shape, labels = labelled(page)
        stays = staying(lines, shape, labels)
        scored = [line for line in gold if line.kind != "blank" and not line.borderline]
        wrong = [line.text for line in scored if bool(stays[line.line - 1]) != line.keep]
        assert wrong == []
        names = {
            line.text: (LABELS[labels.label[line.line - 1]], line.label)
            for line in scored
            if not line.keep and line.kind != "meta"
        }
        assert {text: pair for text, pair in names.items() if pair[0] != pair[1]} == {}
        spans = {
            (line.line, s.start, s.end) for line in gold for s in line.spans if not s.borderline
        }
        cut = {(s.line + 1, s.start, s.end) for s in labels.spans if s.strength == SURE}
        assert cut == spans


class TestWebPages:
    """Ninety real pages: the goals of the project."""

    def test_good_text_stays_and_noise_goes(self, shared: Path) -> None:
        pages, gold = [], []
        with gzip.open(shared / "data" / "noise_lines.jsonl.gz", "rt", encoding="utf-8") as file:
            for row in map(json.loads, file):
                text = "\n".join(line["text"] for line in row["lines"])
                pages.append(Page(row["id"], text, row["source"]))
                gold += [None if line.get("flag") else line["keep"] for line in row["lines"]]
        lines = split_lines(pages)
        shape = measure(lines)
        stays = staying(lines, shape, label_lines(lines, shape, load_rules()))
        good = shape.visible * np.array([one is True for one in gold])
        noise = shape.visible * np.array([one is False for one in gold])
        assert (good * stays).sum() / good.sum() >= 0.985
        assert (noise * ~stays).sum() / noise.sum() >= 0.92


class TestWhatGoes:
    def test_share_names_in_a_row_but_not_one_as_a_head(self) -> None:
        assert removed(*STORY, "微信", "新浪微博", "QQ空间", "豆瓣") == [
            "微信",
            "新浪微博",
            "QQ空间",
            "豆瓣",
        ]
        assert removed(*STORY[:2], "微信", *STORY[2:]) == []

    def test_numbered_links_but_not_the_steps_of_a_recipe(self) -> None:
        links = [f"{i}. {title}" for i, title in enumerate(LINKS, 1)]
        fence = "版权所有 未经授权不得转载"
        assert removed(*STORY, fence, *links) == [fence, *links]
        assert removed(*STORY, *links) == []
        steps = [f"{i}. 锅中放油,下第{i}味料,炒至变色" for i in range(1, 10)]
        assert removed(*STORY[:2], *steps, *STORY[2:]) == []

    def test_a_column_of_links_beside_furniture(self) -> None:
        page = (*FURNITURE[:4], "两区签下协作协议", *STORY, *FURNITURE[4:5], *LINKS)
        assert removed(*page) == [*FURNITURE[:4], FURNITURE[4], *LINKS]

    def test_a_row_of_names_beside_furniture_is_named_by_its_words(self) -> None:
        rows = (
            "版权所有 未经授权不得转载",
            "关于本站 招贤纳士 广告合作 意见反馈",
            "搬家公司 城北搬家公司 搬家服务 长途搬家公司 搬家",
        )
        _lines, _, labels = labelled("\n".join((*STORY, *rows)))
        assert [LABELS[code] for code in labels.label[-2:]] == ["nav", "seo_links"]
        assert labels.strength[-2:].tolist() == [SURE, SURE]


class TestWhatStays:
    def test_a_page_of_nothing_but_stories_is_whole(self) -> None:
        page = ("两区签下协作协议", *STORY, "", "老街改造", *STORY[1:], "他说:", "好!")
        assert removed(*page) == []

    def test_one_sentence_is_a_page(self) -> None:
        assert removed("大桥提前四天恢复通车。") == []

    def test_noise_in_the_middle_takes_nothing_of_the_next_story(self) -> None:
        middle = ("责任编辑:柳青", "分享到:", "微信", "新浪微博")
        page = ("两区签下协作协议", *STORY, *middle, "江边栈道添了新灯", *reversed(STORY))
        assert removed(*page) == list(middle)

    def test_a_headline_stays_above_its_text_whatever_stands_between(self) -> None:
        page = (
            *FURNITURE[:3],
            "顺德高明卫生监督所逐页讨论检查计划",
            "2024-05-06 10:20 来源:本地日报",
            *STORY,
            *LINKS,
        )
        assert "顺德高明卫生监督所逐页讨论检查计划" in left("\n".join(page))

    def test_a_headline_is_left_of_a_page_that_has_no_text(self) -> None:
        page = "\n".join((*FURNITURE, "老桥明天恢复通车", *FURNITURE, *FURNITURE[1:4]))
        assert "老桥明天恢复通车" in left(page)

    def test_the_address_at_the_end_of_a_notice_is_its_own(self) -> None:
        notice = (*STORY, "联系人:方同志", "联系电话:0123-0123456", "地址:南屏区文昌路18号")
        assert removed(*notice) == []
        assert set(suspect(*notice)) <= set(notice[4:])

    @pytest.mark.parametrize(
        "line",
        [
            "The committee met on Tuesday to discuss the budget for the coming year and its limits",
            "協議は来週も続けられる見通しで、関係者は慎重に進めたいと話している。",
        ],
    )
    def test_another_language_is_not_judged(self, line: str) -> None:
        page = (*FURNITURE, "两区签下协作协议", *STORY, line, *FURNITURE[3:], *LINKS)
        assert line not in removed(*page)

    def test_a_page_that_would_lose_its_sentences_is_left_alone(self) -> None:
        names = "甲乙丙丁戊己庚辛壬癸子丑"
        comments = [
            f"{name}网友说:这个办法很好,希望早点推广到我们这里来,大家都方便!" for name in names
        ]
        told = (*FURNITURE, "热门评论", *comments, *FURNITURE)
        assert not set(comments) & set(removed(*told))


class TestWhatTheUserAsksFor:
    ROWS = (*STORY, "责任编辑:柳青", "联系电话:0123-0123456")

    def test_labels_to_keep_stay(self) -> None:
        lines, shape, labels = labelled("\n".join(self.ROWS))
        assert not staying(lines, shape, labels)[4]
        assert staying(lines, shape, labels, keep=frozenset({"credit"}))[4]

    def test_suspects_stay_unless_they_are_to_go(self) -> None:
        lines, shape, labels = labelled("\n".join(self.ROWS))
        assert labels.strength[5] == SUSPECT
        assert staying(lines, shape, labels)[5]
        assert not staying(lines, shape, labels, remove_suspects=True)[5]

    def test_every_label_comes_with_a_rule_and_a_sentence(self) -> None:
        page = (
            *FURNITURE,
            "两区签下协作协议",
            *STORY,
            *LINKS,
            *FURNITURE,
            "版权所有 未经授权不得转载",
        )
        _, _, labels = labelled("\n".join(page))
        assert (labels.reason[labels.strength > KEEP] >= 0).all()
        assert (labels.reason[labels.strength == KEEP] == -1).all()
        for place in set(labels.reason[labels.reason >= 0].tolist()):
            assert labels.reasons[place].rule
            assert labels.reasons[place].why[-1] in ".。"


POOL = st.sampled_from(
    (*STORY, *LINKS, *FURNITURE, "微信", "QQ空间", "", "***", "1", "(图:签约现场)", "·柳青·")
)
ROWS = st.lists(POOL, max_size=60)


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_a_cleaned_page_has_nothing_left_to_clean(rows: list[str]) -> None:
    cleaned = left("\n".join(rows))
    assert left(cleaned) == cleaned


@settings(max_examples=30, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=4))
def test_a_page_is_judged_alike_in_any_company(pages: list[list[str]]) -> None:
    texts = ["\n".join(rows) for rows in pages]
    lines, _, labels = labelled(*texts)
    for number, text in enumerate(texts):
        alone = labelled(text)[2]
        mine = lines.page == number
        assert labels.strength[mine].tolist() == alone.strength.tolist()
        assert labels.label[mine].tolist() == alone.label.tolist()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=20))
def test_any_text_can_be_judged(rows: list[str]) -> None:
    lines, shape, labels = labelled("\n".join(rows))
    assert len(labels.strength) == len(lines)
    assert not (staying(lines, shape, labels) & shape.blank).any()


class TestColumns:
    """What the columns of labels say, line by line."""

    @pytest.mark.parametrize("name", ["002_newspaper_page"])
    def test_what_stays_is_judged_as_a_page_of_its_own(self, name: str) -> None:
        text = (SEEDS / f"{name}.txt").read_text("utf-8")
        lines, shape, labels = labelled(text)
        stays = staying(lines, shape, labels)
        _, _, again = labelled("\n".join(lines.text_of(i) for i in np.flatnonzero(stays)))
        assert labels.strength[stays].tolist() == again.strength.tolist()

    def test_blank_lines_have_no_reason(self) -> None:
        _, _, labels = labelled("\n".join(["", *STORY, "", "微信", "新浪微博", "QQ空间"]))
        assert [int(labels.reason[i]) for i in (0, 5)] == [-1, -1]
        assert labels.reason[6] >= 0

    def test_what_is_sure_goes_with_the_suspects(self) -> None:
        lines, shape, labels = labelled("\n".join([*STORY, "微信", "新浪微博", "QQ空间"]))
        both = staying(lines, shape, labels, remove_suspects=True)
        assert not both[labels.strength == SURE].any()
        assert (labels.strength == SURE).sum() == 3

    def test_only_rules_for_stretches_mark_noise_inside_a_line(self) -> None:
        stretches = {rule.name for rule in load_rules().rules if rule.scope == "span"}
        for path in sorted(SEEDS.glob("*.txt")):
            _, _, labels = labelled(path.read_text("utf-8"))
            assert {span.rule for span in labels.spans} <= stretches
            assert not any(labels.strength[span.line] == SURE for span in labels.spans)
