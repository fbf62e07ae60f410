"""Real web pages as they were served, with the gold of their lines of text, and their scores."""

from __future__ import annotations

import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.noise_pages import KEEP, UNSCORED, GoldPage, real_pages

Grams = Counter[str]


@dataclass(frozen=True)
class GoldHtml:
    """A page's bytes, and the page of lines that tells what of its text is to be kept."""

    raw: bytes
    gold: GoldPage


def html_pages(data: Path) -> Iterator[GoldHtml]:
    """The pages of ``noise_html.tar.xz`` that have gold, by their names."""
    gold = {given.page.name.replace("/", "_"): given for given in real_pages(data)}
    with tarfile.open(data / "noise_html.tar.xz") as archive:
        for member in sorted(archive.getmembers(), key=lambda member: member.name):
            name = Path(member.name).stem
            if member.isfile() and name in gold:
                file = archive.extractfile(member)
                assert file is not None
                yield GoldHtml(file.read(), gold[name])


def lines_of(given: GoldPage) -> Iterator[tuple[str, int]]:
    """The lines of a gold page without their spaces, each with its gold."""
    for text, gold in zip(given.page.text.split("\n"), given.gold, strict=True):
        yield "".join(text.split()), gold


def grams(text: str) -> Grams:
    """How often each run of four characters stands in a text, spaces aside."""
    bare = "".join(text.split())
    return Counter(bare[i : i + 4] for i in range(len(bare) - 3))


class PageScore:
    """Scores texts by how well they agree with the kept lines of a gold page."""

    def __init__(self, given: GoldPage) -> None:
        lines = list(lines_of(given))
        self.kept = grams("".join(text for text, gold in lines if gold == KEEP))
        # Titles, bylines, captions and the like may be kept or not.
        self._free = grams("\n".join(text for text, gold in lines if gold == UNSCORED))

    def f1(self, text: str) -> float:
        """The F1 of the character 4-grams of ``text``, each counted as often as it stands."""
        found = grams(text)
        found -= (found - self.kept) & self._free
        both = (found & self.kept).total()
        return 2 * both / max(found.total() + self.kept.total(), 1)


def line_gold(text: str, given: GoldPage) -> list[int]:
    """The gold of each line of ``text``, which shows the same page with other line breaks.

    A line is looked for among the gold lines laid together, from where the one before was found,
    then anywhere; what is not found is decided by its 4-grams. Blank lines are not scored.
    """
    lines = list(lines_of(given))
    whole = "".join(line for line, _ in lines)
    of_char = [gold for line, gold in lines for _ in line]
    votes: dict[str, Counter[int]] = {}
    for at, gold in enumerate(of_char):
        votes.setdefault(whole[at : at + 4], Counter())[gold] += 1
    found, at = [], 0
    for line in text.split("\n"):
        bare = "".join(line.split())
        if not bare:
            found.append(UNSCORED)
            continue
        place = whole.find(bare, at, at + 4000)
        place = whole.find(bare) if place < 0 and len(bare) > 3 else place
        if place >= 0:
            counts = Counter(of_char[place : place + len(bare)])
            at = place + len(bare)
        else:
            counts = Counter()
            for i in range(max(len(bare) - 3, 1)):
                counts.update(votes.get(bare[i : i + 4], ()))
        found.append(max(counts, key=lambda gold: counts[gold]) if counts else UNSCORED)
    return found
