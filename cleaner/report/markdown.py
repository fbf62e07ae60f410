"""The report in Markdown, short enough for a comment on a pull request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from cleaner.model import BODY_LABELS
from cleaner.report.facts import Facts, StoryFacts, gather
from cleaner.report.html import figures, percent, sentence_on_duplicates
from cleaner.report.pages import PageFacts
from cleaner.report.pairs import MISS, PairFacts
from cleaner.report.words import LANGUAGES, Value, fill, words_in

PAIRS = 10
"""Pairs in the summary."""

PAGES = 3
"""Pages of each kind in the summary."""

_WORST: Mapping[str, Callable[[PageFacts], dict[str, Value]]] = {
    "noise": lambda page: {"share": percent(page.noise_share)},
    "suspect": lambda page: {"n": page.suspect},
    "bad_bytes": lambda page: {"n": page.bad_bytes},
    "empty": lambda page: {},
}
"""The rankings that the summary tells of, with what their sentences need."""

_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]+"
)


def summary(out: Path, language: str | None = None) -> str:
    """The run in ``out`` told in Markdown; ``language`` is one of ``LANGUAGES``.

    Text of pages stands in code spans, where no mention, link, HTML or table bar counts. Raises
    CleanerError for a folder that holds no finished run.
    """
    facts = gather(out)
    teller = _Teller(language or LANGUAGES[0])
    parts = [
        *teller.head(facts),
        *teller.pairs(facts),
        *teller.pages(facts),
        *teller.labels(facts),
        *teller.aside(facts),
    ]
    return "\n".join(parts) + "\n"


def code(text: str) -> str:
    """``text`` as a code span in one line, with unseen characters as ``�``.

    >>> print(code("a`b<b>@someone"))
    ``a`b<b>@someone``
    """
    text = _UNSEEN.sub("�", text).strip() or "�"
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    room = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{room}{text}{room}{fence}"


class _Teller:
    """The parts of the summary in one language."""

    def __init__(self, language: str) -> None:
        self._words = words_in(language)
        self._join = " " if language == "en" else ""

    def say(self, key: str, values: dict[str, Value] | None = None) -> str:
        """A word of the report."""
        return fill(self._words[key], values or {})

    def head(self, facts: Facts) -> Iterable[str]:
        """The sentences of the overview, and its figures."""
        told = figures(facts)
        pages, stories = facts.count("pages"), facts.count("stories")
        sentences = [
            self.say("hero.noise", {"share": percent(facts.noise_share)})
            if facts.noise_share
            else self.say("hero.no_noise")
        ]
        if told["suspect"]:
            sentences.append(self.say("hero.suspect", {"n": told["suspect"]}))
        sentences.append(self.say(*sentence_on_duplicates(facts)))
        yield f"## {self.say('hero.pages', {'pages': pages, 'stories': stories})}"
        yield ""
        yield self._join.join(sentences)
        yield ""
        yield from _table(
            [self.say(f"figure.{name}") for name in told],
            [[f"{value:,}" if isinstance(value, int) else value for value in told.values()]],
        )

    def pairs(self, facts: Facts) -> Iterable[str]:
        """The most telling duplicates and near misses."""
        for title, pairs in (
            ("figure.duplicates", [pair for pair in facts.pairs.listed if pair.kind != MISS]),
            ("figure.near_misses", [pair for pair in facts.pairs.listed if pair.kind == MISS]),
        ):
            if not pairs:
                continue
            total = facts.count("near_misses") if title == "figure.near_misses" else None
            total = sum(facts.counts("duplicates").values()) if total is None else total
            rows = [self._pair(pair, facts) for pair in pairs[:PAIRS]]
            yield from self._folded(f"{self.say(title)} ({_part(len(rows), total)})")
            yield from _table(
                [
                    "",
                    *(self.say(f"duplicates.{name}") for name in ("left", "right", "containment")),
                    self.say("duplicates.jaccard_short"),
                ],
                rows,
            )
            yield "</details>"

    def _pair(self, pair: PairFacts, facts: Facts) -> list[str]:
        left, right = facts.stories[pair.a], facts.stories[pair.b]
        kind = self.say(f"relation.{pair.kind}")
        if pair.cross_script:
            kind += f", {self.say('duplicates.cross_badge')}"
        scores = [percent(pair.containment), f"{pair.jaccard:.2f}"]
        return [kind, _story(left), _story(right), *scores]

    def pages(self, facts: Facts) -> Iterable[str]:
        """The pages that lead a ranking."""
        rows = [
            [code(page.page), self.say(f"look.{name}", values_of(page))]
            for name, values_of in _WORST.items()
            for page in facts.pages.worst[name][:PAGES]
        ]
        if rows:
            yield from self._folded(self.say("look.title"))
            yield from _table([self.say("pages.page"), ""], rows)
            yield "</details>"

    def labels(self, facts: Facts) -> Iterable[str]:
        """Noise by label."""
        removed, suspect = facts.counts("removed"), facts.counts("suspect")
        names = sorted(
            {*removed, *suspect} - set(BODY_LABELS), key=lambda name: (-removed.get(name, 0), name)
        )
        if names:
            rows = [
                [self.say(f"label.{n}"), f"{removed.get(n, 0):,}", f"{suspect.get(n, 0):,}"]
                for n in names
            ]
            yield from self._folded(self.say("chart.by_label"))
            yield from _table(["", self.say("chart.removed"), self.say("chart.suspect")], rows)
            yield "</details>"

    def aside(self, facts: Facts) -> Iterable[str]:
        """Pages that could not be read."""
        aside = facts.run["set_aside"]
        if aside:
            shown = aside[:PAIRS]
            yield from self._folded(
                f"{self.say('figure.set_aside')} ({_part(len(shown), len(aside))})"
            )
            for row in shown:
                yield f"- {code(str(row['page']))}: {code(str(row['why']))}"
            yield "</details>"

    def _folded(self, title: str) -> Iterable[str]:
        yield from ("", f"<details><summary>{title}</summary>", "")


def _story(story: StoryFacts) -> str:
    return f"{code(story.title or story.opening)}<br>{code(story.id)}"


def _part(shown: int, total: int) -> str:
    return f"{total:,}" if shown == total else f"{shown:,} / {total:,}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterable[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + " --- |" * len(head)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
    yield ""
