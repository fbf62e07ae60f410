"""``cleaner run`` and duplicates: which copy is kept, what is dropped, what an index knows."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from command_line import call
from gold_pages import SEEDS
from small_pages import NOISE, OTHER, STORY

from cleaner import clean
from cleaner.corpus.ledger import restore
from cleaner.duplicates.groups import Marking
from cleaner.engines.finish import Matching
from cleaner.engines.local import Plan, run

LONGER = STORY + "首批名单里有四十名语文教师和三十名数学教师,其余的教美术和体育。\n"
THIRD = """\
旧码头改成了图书馆
旧码头的仓库改成了图书馆,上周六开放,首日接待读者一千二百人,馆内保留了原来的吊车和铁轨。
图书馆的馆长说,仓库的砖墙没有粉刷,书架按照船舱的样子做成,孩子们最喜欢坐在船头看连环画。
开放时间是每天上午九点到晚上八点,逢周一闭馆,读者凭身份证就能借书,一次最多可以借走六本。
"""


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def write(folder: Path, **pages: str) -> Path:
    """Pages below ``folder``, each on a site of its own."""
    for name, text in pages.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "page.txt").write_text(text, "utf-8")
    return folder


def copies(out: Path) -> dict[str, str]:
    return {
        row["id"]: row["duplicate_of"]
        for row in rows(out / "stories.jsonl")
        if row["duplicate_of"] is not None
    }


@pytest.fixture
def scrape(tmp_path: Path) -> Path:
    """Three pages: a story, the same at greater length, and another."""
    return write(tmp_path / "in", a=STORY + NOISE, b=LONGER + NOISE, c=THIRD)


def test_copies_stay_unless_they_are_to_go(scrape: Path, tmp_path: Path) -> None:
    done = call("run", scrape, "-o", tmp_path / "out")
    assert done.code == 0
    assert copies(tmp_path / "out") == {"a/page.txt#1": "b/page.txt#1"}
    assert (tmp_path / "out/cleaned/a/page.txt").read_text("utf-8") == STORY


def test_a_copy_that_goes_is_told_line_by_line_and_comes_back(scrape: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = call("run", scrape, "-o", out, "--drop-duplicates")
    assert done.code == 0
    assert "1 story as copies" in done.err
    assert (out / "cleaned/a/page.txt").read_bytes() == b""
    assert (out / "cleaned/c/page.txt").read_text("utf-8") == THIRD
    lost = [row for row in rows(out / "removed.jsonl") if row["rule"] == "duplicate"]
    assert [row["text"] for row in lost] == STORY.splitlines()
    assert {row["why"] for row in lost} == {"says the same as b/page.txt#1, which is kept"}
    found = [row for row in rows(out / "removed.jsonl") if row["page"] == "a/page.txt"]
    assert [row["line"] for row in found] == list(range(1, 8))
    (pair,) = rows(out / "duplicates.jsonl")
    assert (pair["a"], pair["b"], pair["kept"]) == ("a/page.txt#1", "b/page.txt#1", "b/page.txt#1")
    assert len(rows(out / "stories.jsonl")) == 3
    assert call("restore", out, tmp_path / "again").code == 0
    for page in scrape.rglob("*.txt"):
        again = tmp_path / "again" / page.relative_to(scrape)
        assert again.read_bytes() == page.read_bytes()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_one_story_of_a_page_goes_and_the_others_stay(tmp_path: Path, end: str) -> None:
    text = (SEEDS / "004_bureau_page.txt").read_text("utf-8")
    page = clean(text)
    first, second, third = (page.text[start:stop] for start, stop in page.blocks)
    scrape = write(tmp_path / "in", a=text.replace("\n", end))
    (scrape / "b.txt").write_text(second + "\n现场还有志愿者为老人量了血压。\n", "utf-8")
    out = tmp_path / "out"
    call("run", scrape, "-o", out, "--drop-duplicates")
    assert copies(out) == {"a/page.txt#2": "b.txt#1"}
    cleaned = (out / "cleaned/a/page.txt").read_bytes().decode()
    assert cleaned == f"{first}\n\n{third}\n".replace("\n", end)
    (row,) = [row for row in rows(out / "pages.jsonl") if row["page"] == "a/page.txt"]
    assert row["characters_out"] == len(cleaned) - len(end)
    found = rows(out / "removed.jsonl")
    assert row["removed"] == sum(
        (one["page"], one["action"]) == ("a/page.txt", "removed") for one in found
    )
    counts = json.loads((out / "run.json").read_bytes())["counts"]
    assert counts["dropped"] == 1
    assert counts["characters_out"] == sum(
        row["characters_out"] for row in rows(out / "pages.jsonl")
    )
    assert counts["actions"]["removed"] == sum(one["action"] == "removed" for one in found)
    call("restore", out, tmp_path / "again")
    assert (tmp_path / "again/a/page.txt").read_bytes() == (scrape / "a/page.txt").read_bytes()


FORMS = {
    "pages.jsonl": lambda some: "".join(
        json.dumps({"id": name, "n": 1.50, "text": text}, ensure_ascii=False) + "\n"
        for name, text in some.items()
    ),
    "pages.csv": lambda some: (
        "id,text\n" + "".join(f'{name},"{text}"\n' for name, text in some.items())
    ),
}


@pytest.mark.parametrize("file", sorted(FORMS))
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_record_of_which_nothing_is_left_goes(tmp_path: Path, file: str, encoding: str) -> None:
    records = {"a": STORY + NOISE, "b": LONGER, "c": THIRD}
    raw = FORMS[file](records).encode(encoding)
    (tmp_path / file).write_bytes(raw)
    out = tmp_path / "out"
    call("run", tmp_path / file, "-o", out, "--drop-duplicates")
    cleaned = (out / "cleaned" / file).read_text("utf-8")
    assert cleaned == FORMS[file]({"b": LONGER[:-1], "c": THIRD[:-1]})
    assert call("restore", out, tmp_path / "again").code == 0
    assert (tmp_path / "again" / file).read_bytes() == raw


def test_a_table_keeps_the_row_of_a_copy_without_text(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    arrow = pytest.importorskip("pyarrow")
    table = arrow.table({"id": ["a", "b"], "n": [1.5, 2.5], "text": [STORY + NOISE, LONGER]})
    parquet.write_table(table, tmp_path / "pages.parquet")
    out = tmp_path / "out"
    call("run", tmp_path / "pages.parquet", "-o", out, "--drop-duplicates")
    cleaned = parquet.read_table(out / "cleaned/pages.parquet")
    assert cleaned.to_pylist() == [
        {"id": "a", "n": 1.5, "text": ""},
        {"id": "b", "n": 2.5, "text": LONGER[:-1]},
    ]
    call("restore", out, tmp_path / "again")
    assert parquet.read_table(tmp_path / "again/pages.parquet").equals(table)


def test_a_web_page_loses_the_copy_and_keeps_the_rest(tmp_path: Path) -> None:
    text = (SEEDS / "004_bureau_page.txt").read_text("utf-8")
    first, second, third = clean(text).stories
    markup = "".join(f"<p>{line}</p>" for line in text.splitlines())
    scrape = write(tmp_path / "in", longer=second.text + "\n现场还有志愿者为老人量了血压。\n")
    (scrape / "page.html").write_text(f"<html><body>{markup}</body></html>", "utf-8")
    out = tmp_path / "out"
    call("run", scrape, "-o", out, "--drop-duplicates")
    cleaned = (out / "cleaned/page.html").read_text("utf-8")
    for line in (first.text + "\n" + third.text).splitlines():
        assert f"<p>{line}</p>" in cleaned
    assert not any(line in cleaned for line in second.text.splitlines())
    call("restore", out, tmp_path / "again")
    assert (tmp_path / "again/page.html").read_bytes() == (scrape / "page.html").read_bytes()


def test_relations_that_make_a_copy_are_chosen(scrape: Path, tmp_path: Path) -> None:
    call("run", scrape, "-o", tmp_path / "out", "--drop-duplicates", "--relations", "exact")
    assert not copies(tmp_path / "out")
    assert (tmp_path / "out/cleaned/a/page.txt").read_text("utf-8") == STORY
    assert len(rows(tmp_path / "out/duplicates.jsonl")) == 1


@pytest.mark.parametrize("relation", ["overlap", "revision"])
def test_what_only_overlaps_or_is_revised_is_never_dropped(tmp_path: Path, relation: str) -> None:
    other = LONGER.replace("一百", "九十").replace("三年", "五年").replace("四十", "六十")
    if relation == "overlap":
        middle = STORY.splitlines(keepends=True)[1:3]
        other = "".join(OTHER.splitlines(keepends=True)[:2] + middle)
    scrape = write(tmp_path / "in", a=LONGER, b=other)
    call("run", scrape, "-o", tmp_path / "out", "--drop-duplicates")
    (pair,) = rows(tmp_path / "out/duplicates.jsonl")
    assert pair["relation"] == relation
    assert (tmp_path / "out/cleaned/a/page.txt").read_text("utf-8") == LONGER
    assert (tmp_path / "out/cleaned/b/page.txt").read_text("utf-8") == other


@pytest.mark.parametrize(
    ("policy", "kept"),
    [("longest", "b"), ("first", "a"), ("cleanest", "c"), ("source=晨报,晚报", "a")],
)
def test_a_policy_says_which_copy_is_kept(tmp_path: Path, policy: str, kept: str) -> None:
    longer, middle = STORY[:-1] + "。记者走访了码头和学校。\n", STORY[:-1] + "。\n"
    scrape = write(tmp_path / "in", a="来源:晚报\n" + STORY + NOISE * 2, b=longer + NOISE, c=middle)
    call("run", scrape, "-o", tmp_path / "out", "--keep-policy", policy)
    assert set(copies(tmp_path / "out").values()) == {f"{kept}/page.txt#1"}


def test_the_earliest_is_kept_where_stories_tell_their_day(tmp_path: Path) -> None:
    late, early = "发布时间:2021-06-04 10:00\n", "发布时间:2021-06-03 10:00\n"
    scrape = write(tmp_path / "in", a=late + STORY, b=early + STORY)
    call("run", scrape, "-o", tmp_path / "out", "--keep-policy", "earliest")
    told = {row["id"]: row["published"] for row in rows(tmp_path / "out/stories.jsonl")}
    assert told["b/page.txt#1"].startswith("2021-06-03")
    assert copies(tmp_path / "out") == {"a/page.txt#1": "b/page.txt#1"}


def test_a_policy_that_is_none_is_told_before_anything_is_done(tmp_path: Path) -> None:
    done = call(
        "run", write(tmp_path / "in", a=STORY), "-o", tmp_path / "out", "--keep-policy", "x"
    )
    assert done.code == 2
    assert "no such policy" in done.err
    assert not (tmp_path / "out").exists()


def test_thresholds_are_those_of_dedup(scrape: Path, tmp_path: Path) -> None:
    call(
        "run", scrape, "-o", tmp_path / "out", "--near", "1", "--contained", "1", "--overlap", ".9"
    )
    (pair,) = rows(tmp_path / "out/duplicates.jsonl")
    assert pair["relation"] == "overlap"


@pytest.fixture
def seen(tmp_path: Path) -> Path:
    """An index of an older scrape that had the longer story."""
    old = write(tmp_path / "old", first=LONGER, second=OTHER)
    call("run", old, "-o", tmp_path / "old-out")
    call("index", "create", tmp_path / "seen")
    assert call("index", "add", tmp_path / "seen", tmp_path / "old-out").code == 0
    return tmp_path / "seen"


def test_an_index_answers_with_the_old_ids(seen: Path, tmp_path: Path) -> None:
    scrape = write(tmp_path / "new", x=STORY + NOISE, y=THIRD)
    out = tmp_path / "out"
    done = call("run", scrape, "-o", out, "--against", seen)
    assert done.code == 0
    assert "in the index" in done.err
    (known,) = rows(out / "known.jsonl")
    assert (known["a"], known["b"]) == ("x/page.txt#1", "first/page.txt#1")
    assert known["kept"] == known["b"]
    assert known["exact"]
    assert copies(out) == {"x/page.txt#1": "first/page.txt#1"}
    assert (out / "cleaned/x/page.txt").read_text("utf-8") == STORY
    told = json.loads((out / "run.json").read_bytes())
    assert told["options"]["against"] == {"name": "seen", "stories": 2}
    assert str(tmp_path) not in (out / "run.json").read_text("utf-8")
    assert "first/page.txt#1" in (out / "report.html").read_text("utf-8")


def test_a_run_tells_what_a_query_of_its_stories_tells(seen: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    scrape = write(tmp_path / "new", x=STORY + NOISE, y=OTHER, z=THIRD)
    call("run", scrape, "-o", out, "--against", seen)
    asked = call("index", "query", seen, out, "--json")
    assert asked.stdout == (out / "known.jsonl").read_bytes()


def test_what_is_seen_before_is_dropped_and_new_copies_of_it_too(
    seen: Path, tmp_path: Path
) -> None:
    scrape = write(tmp_path / "new", x=STORY, y=STORY + NOISE, z=THIRD)
    out = tmp_path / "out"
    call("run", scrape, "-o", out, "--against", seen, "--drop-duplicates")
    assert copies(out) == {"x/page.txt#1": "first/page.txt#1", "y/page.txt#1": "first/page.txt#1"}
    assert (out / "cleaned/y/page.txt").read_bytes() == b""
    assert (out / "cleaned/z/page.txt").read_text("utf-8") == THIRD
    call("restore", out, tmp_path / "again")
    for page in scrape.rglob("*.txt"):
        again = tmp_path / "again" / page.relative_to(scrape)
        assert again.read_bytes() == page.read_bytes()


def test_an_older_story_that_the_new_one_contains_does_not_stand_for_it(
    seen: Path, tmp_path: Path
) -> None:
    more = "".join(
        f"第{number}所学校的校长在会上介绍了本校的住宿和食堂。\n" for number in range(40)
    )
    scrape = write(tmp_path / "new", x=LONGER + more)
    out = tmp_path / "out"
    call("run", scrape, "-o", out, "--against", seen, "--drop-duplicates")
    (known,) = rows(out / "known.jsonl")
    assert known["relation"] == "contained"
    assert not copies(out)


def test_a_folder_that_is_no_index_is_refused_before_anything_is_done(
    scrape: Path, tmp_path: Path
) -> None:
    done = call("run", scrape, "-o", tmp_path / "out", "--against", scrape)
    assert done.code == 2
    assert "there is no index" in done.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("policy", ["longest", "first", "cleanest"])
def test_workers_change_no_byte_of_what_is_dropped(
    seen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, policy: str
) -> None:
    monkeypatch.setattr("cleaner.engines.local.WORTH_WORKERS", 0)
    monkeypatch.setattr("cleaner.corpus.shards.SMALLEST", 20_000)
    draw = random.Random(1)
    records = []
    for number in range(120):
        words = "".join(draw.sample("江河湖海山川田野春夏秋冬东西南北", 12))
        text = draw.choice([STORY, LONGER, THIRD, OTHER]).replace("上", words)
        records.append(json.dumps({"id": str(number), "text": text}, ensure_ascii=False))
    path = tmp_path / "pages.jsonl"
    path.write_text("\n".join(records) + "\n", "utf-8")
    matching = Matching(Marking(policy=policy), seen, drop=True)
    one, two = tmp_path / "one", tmp_path / "two"
    for jobs, out in enumerate((one, two), 1):
        run(Plan((str(path),), out, matching=matching, jobs=jobs))
    assert len(copies(one)) > 60
    for file in sorted(path for path in one.rglob("*") if path.is_file()):
        assert (two / file.relative_to(one)).read_bytes() == file.read_bytes()
    restore(two, tmp_path / "again")
    assert (tmp_path / "again/pages.jsonl").read_bytes() == path.read_bytes()
