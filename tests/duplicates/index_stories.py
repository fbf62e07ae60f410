"""Stories for the tests of the index: one readable in both scripts, and others without meaning."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

from cleaner.duplicates.growth import Added, writing
from cleaner.duplicates.index import Index
from cleaner.duplicates.known import Known, find_known
from cleaner.duplicates.verify import StoryText

BRIDGE = (
    "跨江大桥昨日合龙\n"
    "连接东岸与西岸的跨江大桥昨日上午完成最后一段钢箱梁的吊装，全桥顺利合龙。\n"
    "大桥全长两千四百米，双向六车道，两侧设有步道和自行车道。\n"
    "施工单位介绍，桥面铺装和灯光工程下月开始，预计明年春天通车，届时过江只需五分钟。"
)
BRIDGE_TRADITIONAL = (
    "跨江大橋昨日合龍\n"
    "連接東岸與西岸的跨江大橋昨日上午完成最後一段鋼箱梁的吊裝，全橋順利合龍。\n"
    "大橋全長兩千四百米，雙向六車道，兩側設有步道和自行車道。\n"
    "施工單位介紹，橋面鋪裝和燈光工程下月開始，預計明年春天通車，屆時過江只需五分鐘。"
)
BRIDGE_EDITED = BRIDGE.replace("昨日上午", "昨天").replace("顺利合龙", "合龙成功")


def story(id: str, text: str, script: str = "simplified") -> StoryText:
    """A story whose paragraphs are the lines 1, 2, 3 ... of its page."""
    lines = text.count("\n") + 1
    return StoryText(id, text, tuple((line, line) for line in range(1, lines + 1)), script)


def nonsense(seed: int, chars: int = 240) -> str:
    """Characters at random, a comma now and then: like no other text of another seed."""
    draw = random.Random(seed)
    return "".join(
        "，" if draw.random() < 0.05 else chr(0x4E00 + draw.randrange(4000)) for _ in range(chars)
    )


def others(count: int, begin: int = 0) -> list[StoryText]:
    """Stories that say nothing another one says; the same every time."""
    return [story(f"other/{i}.txt#1", nonsense(i)) for i in range(begin, begin + count)]


def index_of(folder: Path, *batches: Iterable[StoryText], texts: bool = True) -> Path:
    """A new index in ``folder`` that the batches were added to, one after the other."""
    Index.create(folder, texts)
    for batch in batches:
        add(folder, batch)
    return folder


def add(folder: Path, stories: Iterable[StoryText]) -> Added:
    """What became of the stories when they were added."""
    with writing(folder) as writer:
        return writer.add(list(stories))


def ask(folder: Path, *stories: StoryText) -> list[Known]:
    """What the index in ``folder`` knows of the stories."""
    with Index.open(folder) as index:
        return find_known(index, stories)


def told(known: list[Known]) -> list[tuple[str, str | None, str]]:
    """Answers as (new story, relation, old story)."""
    return [(one.match.a, one.match.relation, one.match.b) for one in known]
