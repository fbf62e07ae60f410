"""What is written otherwise than it stands: reported, put right on request, and undone again."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.pipeline import Cleaning, clean
from cleaner.stories.cut import restore_text
from cleaner.text.repair import bad_conversions

BAD = (
    "縣圖書館選派干部下鄉\n"
    "今后三年,全縣將選派年輕干部到鄉間工作,規范館務,完善制度,讓大家都有書讀。\n"
    "隨后,他同干部談了復雜的賬目,要求加強聯系,有利于大家監督,也讓讀者放心。\n"
)


def test_a_bad_conversion_is_reported_and_stays() -> None:
    page = clean(BAD)
    assert page.text == BAD.rstrip("\n")
    suspects = [(f.text, f.line) for f in page.findings if f.rule == "bad-conversion"]
    assert {f.action for f in page.findings if f.rule == "bad-conversion"} == {"suspect"}
    assert suspects[:3] == [("干", 1), ("后", 2), ("干", 2)]
    assert len(suspects) == len(bad_conversions(BAD))


def test_it_is_put_right_on_request() -> None:
    page = clean(BAD, Cleaning(repair=True))
    assert "今後三年,全縣將選派年輕幹部到鄉間工作,規範館務" in page.text
    assert "複雜的賬目,要求加強聯繫,有利於大家監督" in page.text
    assert {f.action for f in page.findings if f.rule == "bad-conversion"} == {"rewritten"}
    assert restore_text(page.text, page.edits) == BAD


def test_marks_come_in_full_width_on_request() -> None:
    page = clean("他说:新馆开放了,大家来吧!\u3000\u3000真的吗?", Cleaning(punctuation="full"))
    assert page.text == "他说：新馆开放了，大家来吧！ 真的吗？"
    assert {f.rule for f in page.findings} == {"punctuation", "odd-space"}


def test_a_page_of_many_is_judged_by_itself() -> None:
    good = "縣圖書館今天開放,館長說今後將請幹部導覽,關於借閱的規範,日後公布,讓大家都有書讀。"
    assert clean(good, Cleaning(repair=True)).text == good


MARKS = st.text("他說今后干部聯系,:;!?( )\u3000\u200b１a將選派規范\n讓讀書", max_size=80)


@settings(deadline=None, max_examples=60)
@given(MARKS)
def test_whatever_is_rewritten_can_be_undone(text: str) -> None:
    page = clean(BAD + text, Cleaning(repair=True, punctuation="full"))
    assert restore_text(page.text, page.edits) == BAD + text
