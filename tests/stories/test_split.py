"""One page, several stories: where each begins, why, and what it tells about itself."""

from __future__ import annotations

import pytest

from cleaner.model import Page
from cleaner.noise.hits import load_rules
from cleaner.noise.label import label_lines, staying
from cleaner.stories.mend import find_seams
from cleaner.stories.split import StorySpan, find_stories
from cleaner.text.lines import split_lines
from cleaner.text.shape import measure

FERRY = (
    "临水镇渡口今晨恢复摆渡",
    "6月7日清晨，临水镇的渡口恢复摆渡，停航四个月的渡船载着第一批乘客驶向对岸，船票仍是两元。",
    "渡口停航是因为去年秋天的大水冲走了东岸的栈桥。新栈桥比旧的宽了一尺，推着自行车的乘客也能并排走。",
    "船工老陈在渡口摇了三十年橹。他说，渡船每天往返二十趟，赶集的日子再添四趟，乘客不用再绕行三十里。",
)
LOOMS = (
    "上渡小学把织机搬进教室",
    "近日，上渡镇中心小学的手工教室里多了三台老织机，都是退休纺织女工捐出来的，学生每周学两节织布课。",
    "教手工的纺织女工周渡今年六十八岁。她带学生从纺线学起，织机的踏板对孩子来说太高，木匠便垫了小凳。",
    "学校打算在年底办一场织布展，学生织的围巾和布袋会摆在教室的走廊里，义卖所得用来修剩下的几台织机。",
)


def stories_of(*lines: str) -> tuple[StorySpan, ...]:
    page = split_lines([Page("page", "\n".join(lines))])
    shape = measure(page)
    labels = label_lines(page, shape, load_rules())
    stays = staying(page, shape, labels)
    return find_stories(page, shape, labels, stays, find_seams(page, shape, labels, stays))


def spans(*lines: str) -> list[tuple[int, int]]:
    """The first and last line of each story, 0-based."""
    return [(story.first, story.last) for story in stories_of(*lines)]


def test_a_page_of_one_story_is_left_whole() -> None:
    (story,) = stories_of(*FERRY)
    assert (story.first, story.last, story.title, story.rule) == (0, 3, (0,), "page")


def test_two_stories_with_headlines_are_told_apart_and_the_split_says_why() -> None:
    ferry, looms = stories_of(*FERRY, "·林远·", *LOOMS, "·周小渡·")
    assert (ferry.first, ferry.last, ferry.title) == (0, 4, (0,))
    assert (looms.first, looms.last, looms.title) == (5, 9, (5,))
    assert looms.rule
    assert looms.why.startswith("a story begins here: ")


def test_each_story_has_its_own_byline() -> None:
    bylines = [s.fields.byline for s in stories_of(*FERRY, "·林远·", *LOOMS, "·周小渡·")]
    assert [byline and (byline.value, byline.line) for byline in bylines] == [
        ("林远", 4),
        ("周小渡", 9),
    ]


def test_captions_above_a_story_go_to_it_if_they_have_its_words() -> None:
    captions = ("（图：孩子们在老织机前学织布）", "（图：纺织女工周渡教学生纺线）")
    top = ("（图：渡船载着乘客驶向对岸）", "（图：新栈桥）")
    assert spans(*top, *FERRY[1:], *captions, *LOOMS[1:]) == [(0, 4), (5, 9)]


def test_captions_below_a_story_stay_with_it_if_they_have_its_words() -> None:
    captions = ("（图：船工老陈在渡口摇橹）", "（图：推着自行车的乘客走过新栈桥）")
    lines = (*FERRY, *captions, "·林远·", *LOOMS, "·周小渡·")
    assert spans(*lines) == [(0, 6), (7, 11)]


@pytest.mark.parametrize(
    "line",
    [
        "航道局局长沈岸、副局长林远陪同考察。",
        "出席仪式的还有：林远、周渡、陈帆、沈岸。",
        "临水镇、上渡镇、沧宁市航道局负责同志作交流发言。",
        "沈岸指出，安全是水上运输的生命线，各单位要把演练做在平时，把隐患消除在萌芽之中，守住底线。",
        "此外，当地还为老人办了免费体检，请来市里的眼科医生坐诊三天，配了四十多副老花镜。",
    ],
)
def test_a_story_goes_on_where_guests_are_listed_or_a_known_speaker_speaks(line: str) -> None:
    opening = "6月7日，航道局局长沈岸到临水镇渡口考察，乘第一班渡船到对岸，看了新栈桥和候船的草棚。"
    assert spans(FERRY[0], opening, *FERRY[2:], line) == [(0, 4)]


def test_a_headline_may_open_with_the_number_of_a_festival() -> None:
    (story,) = stories_of("第六届临水灯会今晚开幕", *FERRY[1:])
    assert story.title == (0,)


def test_a_teaser_is_no_story() -> None:
    assert len(stories_of(*FERRY, "", "江岸报社搬进老粮仓", "沧宁市今年多种四千棵树")) == 1


def test_the_headline_in_the_windows_title_is_told_once() -> None:
    (story,) = stories_of(f"{FERRY[0]}_江岸报_江岸网", *FERRY)
    assert story.title == (1,)
    assert story.subtitle == ()


def test_a_list_right_above_the_text_is_part_of_the_story() -> None:
    recipe = ("番茄牛腩", "用料", "牛腩 2斤", "番茄 4个", "姜 1块", "盐 少许", "步骤1")
    steps = (
        "牛腩切成小块，冷水下锅，加姜片煮开，撇去浮沫后捞出备用，番茄去皮切块。",
        "锅里放油，下番茄炒出汁，再放牛腩，加热水没过，小火炖一个半小时，出锅前放盐。",
    )
    (story,) = stories_of(*recipe, *steps)
    assert (story.first, story.last, story.title) == (0, 8, (0,))


def test_rows_of_a_table_right_above_the_text_are_part_of_the_story() -> None:
    (story,) = stories_of(
        "临水镇渡船春季开航时刻公布",
        "班次 开船 到岸 票价",
        *(f"第{number} 6:{number}0 7:0{number} {number}" for number in "123456"),
        *FERRY[1:],
    )
    assert (story.first, story.title) == (0, (0,))


def test_teasers_above_the_title_are_not_part_of_the_story() -> None:
    teasers = ("江岸书店今冬延长营业时间", "沧宁县城新开两条公交线路", "北街小学办起气象站")
    (story,) = stories_of(*teasers, *teasers, *FERRY)
    assert story.title == (6,)


def test_a_question_above_a_date_is_the_title() -> None:
    (story,) = stories_of("渡口几时复航？船工怎么说？", "2023-06-07 10:21 来源：江岸报", *FERRY[1:])
    assert story.title == (0,)
    assert story.fields.published
    assert story.fields.published.value == "2023-06-07"
    assert story.fields.source
    assert story.fields.source.value == "江岸报"


@pytest.mark.parametrize(
    ("line", "byline"),
    [
        ("本报记者 林远 通讯员 周渡", "林远 周渡"),
        ("江岸报见习记者 林远", "林远"),
        ("作者：林远责任编辑：周渡", "林远"),
        ("記者林遠／臨水報導", "林遠"),
        ("文/林远 摄影/周渡", "林远"),
    ],
)
def test_a_byline_is_names_alone(line: str, byline: str) -> None:
    (story,) = stories_of(FERRY[0], line, *FERRY[1:])
    assert story.fields.byline
    assert story.fields.byline.value == byline


def test_pages_without_a_paragraph_make_one_story_or_none() -> None:
    assert spans("渡口") == [(0, 0)]
    assert spans("", "") == []
