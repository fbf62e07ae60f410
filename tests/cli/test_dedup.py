"""``cleaner dedup``: every record in its place, marked; copies left out only on request."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest
from command_line import call

BRIDGE = (
    "跨江大桥昨日合龙\n"
    "连接东岸与西岸的跨江大桥昨日上午完成最后一段钢箱梁的吊装，全桥顺利合龙。\n"
    "大桥全长两千四百米，双向六车道，两侧设有步道和自行车道。\n"
)
BRIDGE_LONGER = (
    "跨江大橋昨日合龍\n"
    "連接東岸與西岸的跨江大橋昨日上午完成最後一段鋼箱梁的吊裝，全橋順利合龍。\n"
    "大橋全長兩千四百米，雙向六車道，兩側設有步道和自行車道，明年春天通車。\n"
)
LIBRARY = "旧码头改成了图书馆，上周六开放，首日接待读者一千二百人，馆内保留了原来的吊车和铁轨。"
FIELDS = {"duplicate_of", "relation", "jaccard", "share_in_it", "share_of_it"}


def lines(*records: dict[str, Any]) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


RECORDS = lines(
    {"id": "a", "text": BRIDGE, "rank": 1.50, "published": "2021-06-03", "source": "晨报"},
    {"id": "b", "text": LIBRARY, "rank": 2},
    {"id": "c", "text": BRIDGE_LONGER, "published": "2021-06-04", "source": "晚报"},
    {"id": "d", "text": LIBRARY.replace("，", ", ")},
    {"id": "e", "text": ""},
    {"id": "f", "text": ""},
)


def told(out: str) -> dict[str, str | None]:
    return {row["id"]: row["duplicate_of"] for row in map(json.loads, out.splitlines())}


def test_every_record_comes_out_in_its_place_and_is_told_what_it_copies() -> None:
    done = call("dedup", stdin=RECORDS)
    assert done.code == 0
    assert told(done.out) == {"a": "c", "b": None, "c": None, "d": "b", "e": None, "f": None}
    first = json.loads(done.lines[0])
    assert (first["relation"], first["rank"]) == ("near", 1.5)
    assert 0.9 < first["jaccard"] < 1
    assert first["share_in_it"] > first["share_of_it"]


def test_what_stood_in_a_record_stays_byte_for_byte() -> None:
    odd = '{"rank":1.50 , "text" : "\\u65e7\\/新", "tags":[ ]}\r\n\n{"text":"b","id":7}'
    done = call("dedup", stdin=odd)
    assert done.out.startswith('{"rank":1.50 , "text" : "\\u65e7\\/新", "tags":[ ], "duplicate_of"')
    for line, expected in zip(done.out.split("\n"), odd.split("\n"), strict=False):
        if line.strip():
            row = json.loads(line)
            assert {k: v for k, v in row.items() if k not in FIELDS} == json.loads(expected)


def test_marking_what_is_marked_changes_nothing() -> None:
    once = call("dedup", stdin=RECORDS).out
    assert call("dedup", stdin=once).out == once


@pytest.mark.parametrize(
    ("policy", "kept"),
    [("longest", "c"), ("first", "a"), ("earliest", "a"), ("source=晚报,晨报", "c")],
)
def test_a_policy_says_which_copy_is_kept(policy: str, kept: str) -> None:
    done = call("dedup", "--keep-policy", policy, "--drop-duplicates", stdin=RECORDS)
    assert sorted(told(done.out)) == sorted([kept, "b", "e", "f"])


def test_relations_that_make_a_copy_are_chosen() -> None:
    done = call("dedup", "--relations", "exact", "--drop-duplicates", stdin=RECORDS)
    assert list(told(done.out)) == ["a", "b", "c", "e", "f"]


def test_an_overlap_is_never_dropped_unless_asked_for() -> None:
    more = "施工期间曾经发现一段旧船的龙骨，现在陈列在大厅里，旁边是复原图和当年的照片。"
    records = lines({"id": "a", "text": BRIDGE + LIBRARY}, {"id": "b", "text": BRIDGE + more})
    assert len(call("dedup", "--drop-duplicates", stdin=records).lines) == 2
    asked = call(
        "dedup",
        "--drop-duplicates",
        "--relations",
        "overlap,near,contained",
        stdin=records,
    )
    assert len(asked.lines) == 1


def test_a_file_gives_what_a_pipe_gives(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(RECORDS)
    with gzip.open(tmp_path / "in.jsonl.gz", "wt") as stream:
        stream.write(RECORDS)
    expected = call("dedup", stdin=RECORDS).out
    assert call("dedup", tmp_path / "in.jsonl").out == expected
    assert call("dedup", tmp_path / "in.jsonl.gz").out == expected
    assert call("dedup", tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl").out == ""
    assert (tmp_path / "out.jsonl").read_text() == expected


def test_text_files_are_stories_named_by_their_files(tmp_path: Path) -> None:
    for name, text in (("a.txt", BRIDGE), ("b.txt", LIBRARY), ("c.txt", BRIDGE_LONGER)):
        (tmp_path / name).write_text(text)
    done = call("dedup", tmp_path)
    assert told(done.out) == {"a.txt": "c.txt", "b.txt": None, "c.txt": None}


def test_records_of_several_files_are_named_with_their_file(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text(lines({"id": 1, "text": BRIDGE}))
    (tmp_path / "y.jsonl").write_text(lines({"id": 1, "text": BRIDGE_LONGER}))
    done = call("dedup", tmp_path / "x.jsonl", tmp_path / "y.jsonl")
    assert [json.loads(line)["duplicate_of"] for line in done.lines] == ["y.jsonl:1", None]


def test_standard_input_is_records_unless_its_name_says_otherwise(tmp_path: Path) -> None:
    assert len(call("dedup", stdin=RECORDS).lines) == len(RECORDS.splitlines())
    assert len(call("dedup", "--stdin-name", "x.txt", stdin=RECORDS).lines) == 1
    odd = tmp_path / "records.odd"
    odd.write_text(RECORDS)
    assert len(call("dedup", odd).lines) == 1
    assert call("dedup", "--jsonl", odd).out == call("dedup", stdin=RECORDS).out


def test_a_bad_record_is_named_and_the_rest_goes_on() -> None:
    done = call("dedup", stdin="nonsense\n" + RECORDS)
    assert done.code == 2
    assert "stdin:1" in done.err
    assert len(done.lines) == 6


def test_pairs_are_told_with_their_evidence_and_judged_anew(tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.jsonl"
    marked = call("dedup", "--pairs", pairs, stdin=RECORDS).out
    rows = [json.loads(line) for line in pairs.read_text().splitlines()]
    assert [(row["a"], row["b"], row["relation"]) for row in rows] == [
        ("a", "c", "near"),
        ("b", "d", "exact"),
    ]
    assert rows[0]["cross_script"] is True
    assert rows[0]["shared"] == [{"a": [1, 3], "b": [1, 3], "chars": 67}]
    assert call("dedup", "--from", pairs).out == pairs.read_text()
    assert call("dedup", "--from", pairs, "--jsonl", "-", stdin=RECORDS).out == marked
    stricter = call("dedup", "--from", pairs, "--near", "0.99", "--jsonl", "-", stdin=RECORDS)
    assert told(stricter.out)["a"] is None
    assert told(stricter.out)["d"] == "b"


def test_judging_anew_gives_what_a_new_run_gives(tmp_path: Path) -> None:
    draw = random.Random(1)
    words = ["".join(chr(0x4E00 + draw.randrange(3000)) for _ in range(40)) for _ in range(60)]
    records = []
    for i in range(24):
        kept = words[: 5 + i % 3] if i % 2 else words[20:26]
        mine = [word if draw.random() < 0.7 else words[30 + draw.randrange(30)] for word in kept]
        records.append({"id": str(i), "text": "\n".join(mine)})
    (tmp_path / "in.jsonl").write_text(lines(*records))
    call("dedup", tmp_path / "in.jsonl", "--pairs", tmp_path / "duplicates.jsonl")
    for near in ("0.5", "0.6", "0.8", "0.9"):
        again = call("dedup", "--from", tmp_path / "duplicates.jsonl", "--near", near)
        call("dedup", tmp_path / "in.jsonl", "--near", near, "--pairs", tmp_path / "new.jsonl")
        new = [json.loads(line) for line in (tmp_path / "new.jsonl").read_text().splitlines()]
        expected = [(row["a"], row["b"], row["relation"]) for row in new if row["relation"]]
        found = [json.loads(line) for line in again.lines]
        assert [(row["a"], row["b"], row["relation"]) for row in found] == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--relations", "nera"), "did you mean 'near'"),
        (("--keep-policy", "newest"), "no such policy"),
        (("--from", "{folder}/broken.jsonl"), "broken.jsonl:1: not a pair of stories"),
        (("{folder}/in.jsonl", "-o", "{folder}/in.jsonl"), "is the input, too"),
        (("{folder}/in.jsonl", "-o", "{folder}/out.txt"), "records need a file .jsonl"),
    ],
)
def test_a_fault_of_the_user_is_told_in_one_line(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    (tmp_path / "in.jsonl").write_text(RECORDS)
    (tmp_path / "broken.jsonl").write_text('{"a": 1}\n')
    done = call("dedup", *(word.format(folder=tmp_path) for word in arguments))
    assert done.code == 2
    assert message in done.err
    assert done.err.count("\n") == 1
    assert (tmp_path / "in.jsonl").read_text() == RECORDS


def test_pairs_of_a_run_come_with_its_near_misses(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(RECORDS)
    assert call("run", tmp_path / "in.jsonl", "-o", tmp_path / "out", "-q").code == 0
    pairs = tmp_path / "out" / "duplicates.jsonl"
    pairs.write_text(pairs.read_text() + "\n")  # a blank line is none
    found = [json.loads(line) for line in pairs.read_text().splitlines() if line]
    missed = {**found[0], "a": "x", "b": "y", "kept": "x", "relation": None}
    (pairs.parent / "near_misses.jsonl").write_text(json.dumps(missed) + "\n")
    told = call("dedup", "--from", pairs, "--near", "0.1").lines
    assert [json.loads(line)["a"] for line in told] == [*(row["a"] for row in found), "x"]


def test_a_file_of_pairs_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl").mkdir()
    for name, why in (("pairs.jsonl", "is a directory"), ("none.jsonl", "does not exist")):
        done = call("dedup", "--from", tmp_path / name)
        assert done.code == 2
        assert name in done.err
        assert why in done.err
