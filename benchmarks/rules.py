"""How often each noise rule is right, on the gold lines: precision by lines and by characters.

``python -m benchmarks.rules [--data DIR] [--wrong NAME] [--missed] [--write]``: a table of all
rules, what they cover together, and their slowest adversarial line; ``--wrong NAME`` prints the
good lines that a rule hits, ``--missed`` the noise lines that no rule hits, and ``--write``
renews the figures that ``cleaner rules`` shows.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cleaner.model import Page
from cleaner.noise.hits import RuleSet, find_hits, load_rules
from cleaner.noise.measured import MEASURED, Figures, write_figures
from cleaner.noise.search import search_of, visible_part
from cleaner.text.lines import Lines, split_lines
from cleaner.text.shape import measure

HERE = Path(__file__).parents[1]
UNSCORED = {"title", "byline", "credit", "caption", "inbody_suspect"}
"""Flags of lines that the gold of ``noise_lines`` does not decide (its README)."""


@dataclass(frozen=True)
class Gold:
    """A page with, for each line, whether it is noise (None: not decided)."""

    page: Page
    noise: tuple[bool | None, ...]


def web_pages(data: Path) -> Iterator[Gold]:
    """The pages of ``noise_lines.jsonl.gz``."""
    with gzip.open(data / "noise_lines.jsonl.gz", "rt", encoding="utf-8") as file:
        for record in map(json.loads, file):
            texts = [line["text"].replace("\n", " ") for line in record["lines"]]
            noise = tuple(
                None if line.get("flag") in UNSCORED else not line["keep"]
                for line in record["lines"]
            )
            yield Gold(Page(record["id"], "\n".join(texts) + "\n", record["source"]), noise)


def seed_pages(folder: Path) -> Iterator[Gold]:
    """The pages of ``<name>.jsonl`` in ``folder``, one object a line, with their gold labels.

    The labels of a story's own captions, bylines and credits count as noise here: the body
    profile takes them out.
    """
    for path in sorted(folder.glob("*.jsonl")):
        records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        noise = tuple(
            None if record.get("borderline") else not record["keep"] for record in records
        )
        text = "\n".join(record["text"] for record in records) + "\n"
        yield Gold(Page(path.stem, text, "seeds"), noise)


@dataclass
class Count:
    """Lines and visible characters that a rule hit, and those of them that are good text."""

    lines: int = 0
    wrong: int = 0
    chars: int = 0
    wrong_chars: int = 0


def judge(rules: RuleSet, gold: Iterator[Gold]) -> tuple[list[Count], Counter[str], list[str]]:
    """(count of each rule, what all rules cover, "rule<TAB>page<TAB>line" of wrong hits)."""
    counts = [Count() for _ in rules.rules]
    covered: Counter[str] = Counter()
    wrong: list[str] = []
    for one in gold:
        lines = split_lines([one.page])
        shape = measure(lines)
        hits = find_hits(rules, lines, shape)
        strongest: dict[int, str] = {}
        for line, rule in sorted(set(zip(hits.line.tolist(), hits.rule.tolist(), strict=True))):
            own = rules.rules[rule]
            if own.scope == "span":
                continue
            if strongest.get(line) != "alone":
                strongest[line] = own.strength
            if one.noise[line] is None:
                continue
            size = int(shape.visible[line])
            counts[rule].lines += 1
            counts[rule].chars += size
            if not one.noise[line]:
                counts[rule].wrong += 1
                counts[rule].wrong_chars += size
                wrong.append(f"{own.name}\t{one.page.name}\t{lines.text_of(line).strip()[:120]}")
        count_covered(covered, one, lines, shape.visible.tolist(), strongest)
    return counts, covered, wrong


def count_covered(
    covered: Counter[str],
    one: Gold,
    lines: Lines,
    sizes: list[int],
    strongest: dict[int, str],
) -> None:
    """Add to ``covered`` how much of the noise and of the good text of a page is hit."""
    for line in range(len(lines)):
        kind = one.noise[line]
        if kind is None or not sizes[line]:
            continue
        name = "noise" if kind else "good"
        for hit in (
            "all",
            *(("any",) if line in strongest else ()),
            strongest.get(line, "none"),
        ):
            covered[f"{name} lines {hit}"] += 1
            covered[f"{name} chars {hit}"] += sizes[line]


def missed(rules: RuleSet, gold: Iterator[Gold]) -> Iterator[str]:
    """Noise lines that no rule hits."""
    for one in gold:
        lines = split_lines([one.page])
        shape = measure(lines)
        hit = set(find_hits(rules, lines, shape).line.tolist())
        for line in range(len(lines)):
            if one.noise[line] and line not in hit and not shape.blank[line]:
                yield f"{one.page.name}\t{lines.text_of(line).strip()[:140]}"


def slowest(rules: RuleSet, length: int = 100_000) -> list[tuple[float, str]]:
    """Seconds that each rule needs for its worst of several lines of ``length`` characters."""
    times = []
    for rule in rules.rules:
        seeds = [text for text, _ in rule.removes]
        seeds += [*rule.keeps, *rule.doubts, "一", " ", "1", "a"]
        find, worst = search_of(rule), 0.0
        for seed in seeds:
            size = min(length, rule.max_length)
            for line in (
                (seed * length)[:size],
                (seed[:-1] * length)[: size - 1] + "\x00",
            ):
                _, visible = visible_part(split_lines([Page("", line)]).reading)
                began = time.perf_counter()
                find(visible)
                worst = max(worst, time.perf_counter() - began)
        times.append((worst, rule.name))
    return sorted(times, reverse=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=HERE.parent / "shared" / "data")
    parser.add_argument("--wrong", help="print the good lines that these rules hit")
    parser.add_argument("--missed", action="store_true", help="print noise that no rule hits")
    parser.add_argument("--write", action="store_true", help=f"write {MEASURED.name}")
    options = parser.parse_args()
    rules = load_rules()
    seeds = [
        *seed_pages(HERE / "tests" / "gold"),
        *seed_pages(HERE / "tests" / "pages"),
        *seed_pages(options.data.parent / "seeds" / "gold"),
    ]
    web = list(web_pages(options.data))
    if options.missed:
        print("\n".join(missed(rules, iter([*seeds, *web]))))
        return
    own, own_covered, own_wrong = judge(rules, iter(seeds))
    counts, covered, wrong = judge(rules, iter(web))
    if options.wrong:
        asked = set(options.wrong.split(","))
        print("\n".join(x for x in own_wrong + wrong if x.split("\t")[0] in asked))
        return
    print(f"{'rule':24}{'strength':9}  seeds wrong    web wrong   prec  chars")
    for rule, a, b in zip(rules.rules, own, counts, strict=True):
        lines, chars = (
            1 - b.wrong / max(1, b.lines),
            1 - b.wrong_chars / max(1, b.chars),
        )
        print(
            f"{rule.name:24}{rule.strength:10}{a.lines:6}{a.wrong:6}{b.lines:7}{b.wrong:6}"
            f"{lines:7.3f}{chars:7.3f}"
        )
    for title, each in (("seeds", own_covered), ("web", covered)):
        for unit in ("lines", "chars"):
            noise, good = each[f"noise {unit} all"], each[f"good {unit} all"]
            any_rule, alone = (each[f"noise {unit} {hit}"] / noise for hit in ("any", "alone"))
            wrong_any, wrong_alone = (each[f"good {unit} {hit}"] / good for hit in ("any", "alone"))
            print(
                f"{title} {unit}: noise {noise}, hit {any_rule:.3f}, by a rule that may remove"
                f" alone {alone:.3f}; good {good}, hit {wrong_any:.3f}, alone {wrong_alone:.4f}"
            )
    print(
        "slowest:",
        ", ".join(f"{name} {1000 * s:.0f} ms" for s, name in slowest(rules)[:8]),
    )
    if options.write:
        kinds = zip(rules.rules, own, counts, strict=True)
        # The gold of the web pages counts captions as story.
        told = ((rule, (a,) if rule.label == "caption" else (a, b)) for rule, a, b in kinds)
        write_figures(
            {
                rule.name: Figures(sum(c.lines for c in each), sum(c.wrong for c in each))
                for rule, each in told
            }
        )


if __name__ == "__main__":
    main()
