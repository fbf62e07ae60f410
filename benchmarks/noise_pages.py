"""Pages with a label on every line: the real ones, and pages laid together from real parts."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cleaner.model import Page

KEEP, NOISE, UNSCORED = 0, 1, -1
"""What gold says of a line."""


@dataclass(frozen=True)
class GoldPage:
    """A page, the gold label of each of its lines, and the group of pages that are like it."""

    page: Page
    gold: tuple[int, ...]
    group: str


def real_pages(data: Path) -> list[GoldPage]:
    """The pages of ``noise_lines.jsonl.gz``, each in the folder of its ``source``.

    Flagged lines are not scored. ``group`` is the site that the page is from, as far as its
    name tells: for leaving a whole site out of training.
    """
    pages = []
    for row in _rows(data / "noise_lines.jsonl.gz"):
        lines = row["lines"]
        gold = [UNSCORED if line.get("flag") else KEEP if line["keep"] else NOISE for line in lines]
        page = Page(row["id"], "\n".join(line["text"] for line in lines), row["source"])
        pages.append(GoldPage(page, tuple(gold), _group(row["id"], row["source"])))
    return pages


def _rows(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _group(name: str, source: str) -> str:
    """Pages of one publisher are one group; pages of unknown sites are dealt to seven groups."""
    for site in ("163", "sina", "ifeng", "guancha", "toutiao"):
        if site in name or site in source:
            return site
    digest = sum(ord(char) * (i + 1) for i, char in enumerate(name))
    return f"other-{digest % 7}"


def with_headlines(pages: Sequence[GoldPage], data: Path) -> list[GoldPage]:
    """The pages with the headline above the body as kept: for training, where it is no noise."""
    flags = {row["id"]: row["lines"] for row in _rows(data / "noise_lines.jsonl.gz")}
    result = []
    for given in pages:
        lines, gold = flags[given.page.name], list(given.gold)
        first = gold.index(KEEP) if KEEP in gold else 0
        for i in range(max(0, first - 12), first):
            if lines[i].get("flag") == "title" and len(lines[i]["text"]) >= 6:
                gold[i] = KEEP
        result.append(GoldPage(given.page, tuple(gold), given.group))
    return result


def articles(data: Path, every: int, first: int = 0) -> list[str]:
    """Every ``every``-th news article, from number ``first``."""
    with gzip.open(data / "news.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line)["text"] for i, line in enumerate(file) if i % every == first]


def laws(data: Path, every: int, first: int = 0) -> list[str]:
    """Every ``every``-th law in Traditional script, from number ``first``."""
    with gzip.open(data / "law_hant.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line)["text"] for i, line in enumerate(file) if i % every == first]


_CREDIT = re.compile(r"【编辑|--- \(更新|来源|作者|文/|\(?责任编辑")


def without_credits(story: str) -> str:
    """A news article without the lines of credits and stamps that close it."""
    return "\n".join(line for line in story.rstrip("\n").split("\n") if not _CREDIT.match(line))


def behind_noise(
    stories: Sequence[str], noisy: Sequence[GoldPage], number: int, seed: int
) -> list[GoldPage]:
    """``number`` pages of two to five stories, each followed by a stretch of real noise.

    A stretch is 3, 10 or 40 lines, or fewer, of what stands together as noise on ``noisy``.
    """
    chance, stretches = random.Random(seed), _stretches(noisy)
    pages = []
    for i in range(number):
        lines: Lines = []
        for story in chance.sample(stories, chance.randint(2, 5)):
            stretch = chance.choice(stretches)[: chance.choice((3, 10, 40))]
            lines += [(text, KEEP) for text in story.split("\n")]
            lines += [(text, NOISE) for text in stretch]
        text = "\n".join(text for text, _ in lines)
        pages.append(GoldPage(Page(f"behind-{i}", text), tuple(g for _, g in lines), "made"))
    return pages


def _stretches(noisy: Sequence[GoldPage]) -> list[list[str]]:
    """What stands together as noise, three lines or more."""
    stretches: list[list[str]] = []
    for given in noisy:
        stretches.append([])
        for text, gold in zip(given.page.text.split("\n"), given.gold, strict=True):
            if gold == NOISE:
                stretches[-1].append(text)
            else:
                stretches.append([])
    return [stretch for stretch in stretches if len(stretch) >= 3]


Lines = list[tuple[str, int]]


class PageMaker:
    """Lays pages together: stories, verse, laws and lists, alone or in the noise of real pages.

    Half of the pages are nothing but body. The noise is the head and the tail of ``noisy``
    pages as they stand, and short pieces of it between stories. Everything follows from ``seed``.
    """

    def __init__(
        self, stories: Sequence[str], laws: Sequence[str], noisy: Sequence[GoldPage], seed: int
    ) -> None:
        self._random = random.Random(seed)
        self._stories, self._laws = stories, laws
        self._heads: list[Lines] = []
        self._tails: list[Lines] = []
        for given in noisy:
            lines = list(zip(given.page.text.split("\n"), given.gold, strict=True))
            kept = [i for i, (_, gold) in enumerate(lines) if gold == KEEP]
            if kept:
                self._heads += [lines[: kept[0]]] if kept[0] >= 3 else []
                self._tails += [lines[kept[-1] + 1 :]] if len(lines) - kept[-1] > 3 else []

    def make(self, number: int) -> list[GoldPage]:
        """``number`` pages."""
        return [self._page(f"made-{i}") for i in range(number)]

    def _page(self, name: str) -> GoldPage:
        chance, lines = self._random, []
        bodies = self._bodies()
        noisy = chance.random() >= 0.5 and self._heads and self._tails
        if noisy and chance.random() < 0.8:
            lines += chance.choice(self._heads)
        for i, body in enumerate(bodies):
            lines += [(text, KEEP) for text in body]
            if i + 1 < len(bodies) and chance.random() < 0.5:
                lines += self._between(bool(noisy))
        if noisy:
            lines += chance.choice(self._tails)
        return GoldPage(
            Page(name, "\n".join(text for text, _ in lines)), tuple(g for _, g in lines), "made"
        )

    def _between(self, noisy: bool) -> Lines:
        """What stands between two stories: a byline or a source, and a little noise."""
        chance, lines = self._random, []
        name = "".join(chance.choice("林周许方何郑蒋沈田江文若明志雨青") for _ in range(3))
        lines.append(
            (
                chance.choice(
                    (f"·{name}·", f"(记者 {name})", f"来源:{name}日报", f"编辑:{name}", "***")
                ),
                UNSCORED,
            )
        )
        if noisy:
            tail = chance.choice(self._tails)
            start = chance.randrange(len(tail))
            lines += tail[start : start + chance.randint(1, 6)]
        return lines

    def _bodies(self) -> list[list[str]]:
        chance = self._random
        number = 1 if chance.random() < 0.55 else chance.randint(2, 5)
        return [self._body() for _ in range(number)]

    def _body(self) -> list[str]:
        chance = self._random
        kind = chance.random()
        story = chance.choice(self._stories).split("\n")
        if kind < 0.75:
            return story[: chance.randint(1, 60)]
        if kind < 0.83:
            law = chance.choice(self._laws).split("\n")
            start = chance.randrange(max(1, len(law) - 30))
            return law[start : start + chance.randint(5, 60)]
        if kind < 0.88:
            return self._verse()
        if kind < 0.96:
            return self._listing()
        return story[:4] + self._verse() + chance.choice(self._stories).split("\n")[1:5]

    def _pieces(self, number: int, least: int, most: int, ends: str) -> list[str]:
        """Stretches between the marks ``ends`` of stories, of ``least`` to ``most`` characters."""
        pieces: list[str] = []
        while len(pieces) < number:
            story = self._random.choice(self._stories).replace("\n", "")
            parts = (part.strip() for part in re.split(ends, story))
            pieces += [part for part in parts if least <= len(part) <= most]
        return pieces[:number]

    def _verse(self) -> list[str]:
        return self._pieces(self._random.randint(6, 60), 3, 16, "[，。；、！？：“”]")

    def _listing(self) -> list[str]:
        """A programme, a roll, a table: a body of lines without an end mark."""
        chance = self._random
        form = chance.randrange(7)
        number = chance.randint(15, 160)
        texts = self._pieces(2 * number, 4, 45, "[，。；！？]")
        chance.shuffle(texts)
        lines = []
        for i, (one, other) in enumerate(zip(texts[::2], texts[1::2], strict=True)):
            hour = chance.randint(8, 17)
            forms = (
                f"{one[:3]}（{one[-6:]}）{other}",
                chance.choice(("时间：", "地点：", "主持人：", "内容：", "")) + other,
                f"{i % 12 + 1}.{other}",
                f"{one[:4]} {chance.randint(1, 999)} {other[:5]} {chance.random() * 50:.1f}",
                other,
                f"{hour}:00—{hour}:45 {other}",
                chance.choice((one[:3], other[:4], other)),
            )
            lines.append(forms[form])
            if chance.random() < 0.04:
                lines.append(chance.choice(self._stories).split("\n")[-1][:120])
        return lines
