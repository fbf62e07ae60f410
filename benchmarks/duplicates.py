"""Near-duplicates: what is found among edited copies, natural pairs, look-alikes and the seeds.

    python -m benchmarks.duplicates [--data DIR] [--only seeds,injected,bulletins,natural]

Prints recall by kind, look-alikes reported as copies, and the least containment of what is
reported. Speed beside other systems: ``benchmarks.duplicates_speed``.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Sequence
from itertools import chain, combinations
from pathlib import Path

from benchmarks.injected import bulletins, corpus
from cleaner.duplicates.candidates import propose
from cleaner.duplicates.sketches import sketch_stories
from cleaner.duplicates.verify import StoryText, Verdict, verify
from cleaner.model import Page
from cleaner.pipeline import clean_batch
from cleaner.text.script import convert, script_of

COPY = ("exact", "near", "contained")


def story_of(name: str, text: str) -> StoryText:
    """A text as a story, its lines numbered from 1."""
    lines = tuple((line, line) for line in range(1, text.count("\n") + 2))
    return StoryText(name, text, lines, script_of(text))


def found_among(stories: Sequence[StoryText]) -> dict[tuple[int, int], Verdict]:
    """The verdicts on every pair that is proposed."""
    sketches = sketch_stories([story.text for story in stories])
    proposed = propose(sketches.signatures, sketches.samples, sketches.digests)
    verdicts = verify(
        proposed.pairs, lambda some: [stories[i] for i in some], common=proposed.common
    )
    return {(verdict.a, verdict.b): verdict for verdict in verdicts}


def injected(data: Path) -> None:
    """Recall for each kind of edit, and the least containment of a reported pair."""
    for seed in (1, 2):
        texts, made = corpus(data, seed)
        found = found_among([story_of(str(i), text) for i, text in enumerate(texts)])
        print(f"injected copies (seed {seed}): {len(texts)} stories")
        for kind, pairs in made.items():
            told = Counter(found[pair].relation for pair in pairs if pair in found)
            hits = sum(count for relation, count in told.items() if relation)
            shown = ", ".join(f"{relation} {count}" for relation, count in told.most_common())
            print(f"  {kind:28} recall {hits / len(pairs):.3f}  ({shown})")
        reported = [one for one in found.values() if one.relation]
        least = min(max(one.scores.a_in_b, one.scores.b_in_a) for one in reported)
        print(f"  {len(reported)} pairs reported, least containment {least:.2f}")


def templates() -> None:
    """Bulletins in the same words with other facts that are reported as copies."""
    copies = pairs = 0
    told: Counter[str] = Counter()
    for seed in (1, 2, 3):
        kinds = bulletins(seed)
        stories = [story_of(str(i), text) for i, text in enumerate(chain(*kinds))]
        found = found_among(stories)
        for number, kind in enumerate(kinds):
            first = number * len(kind)
            for a, b in combinations(range(first, first + len(kind)), 2):
                relation = found[a, b].relation if (a, b) in found else None
                told[str(relation)] += 1
                pairs += 1
                copies += relation in ("near", "contained", "exact")
    print(f"bulletins: {copies} of {pairs} pairs reported as copies ({copies / pairs:.2%}); {told}")


def natural(data: Path, cleaned: bool) -> None:
    """Recall of labelled re-posts, and look-alikes reported as copies."""
    with gzip.open(data / "neardup_docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines]
    with gzip.open(data / "neardup_pairs.jsonl.gz", "rt", encoding="utf-8") as lines:
        pairs = [json.loads(line) for line in lines]
    stories: list[StoryText] = []
    of_document: dict[str, list[int]] = {}
    for document in documents:
        name, text = document["id"], document["text"]
        made = [story_of(name, text)]
        if cleaned:
            (page,) = clean_batch([Page(name, text, name.split("-")[0])])
            made = [StoryText(s.id, s.text, s.paragraphs, s.script) for s in page.stories]
        of_document[name] = list(range(len(stories), len(stories) + len(made)))
        stories += made
    found = found_among(stories)
    strength = {
        name: i for i, name in enumerate(("exact", "near", "contained", "revision", "overlap"))
    }
    told: dict[tuple[str, str], Counter[str]] = {}
    for pair in pairs:
        between = [
            found[min(a, b), max(a, b)].relation
            for a in of_document[pair["id_a"]]
            for b in of_document[pair["id_b"]]
            if (min(a, b), max(a, b)) in found
        ]
        best = min((one for one in between if one), key=strength.__getitem__, default="nothing")
        told.setdefault((pair["label"], pair["kind"]), Counter())[best] += 1
    print(f"natural pairs, {'cleaned first' if cleaned else 'as scraped'}: {len(stories)} stories")
    for (label, kind), relations in sorted(told.items()):
        shown = ", ".join(f"{name} {count}" for name, count in relations.most_common())
        print(f"  {label:4} {kind:24} {shown}")
    copies = [relations for (label, _), relations in told.items() if label == "dup"]
    alike = [relations for (label, _), relations in told.items() if label == "diff"]
    all_copies, all_alike = (sum(map(Counter.total, some)) for some in (copies, alike))
    missed = sum(one["nothing"] for one in copies)
    revised = sum(one["revision"] for one in copies)
    mistaken = sum(one[name] for one in alike for name in COPY)
    print(f"  recall {1 - missed / all_copies:.4f} ({revised} of {all_copies} only as revisions)")
    print(f"  look-alikes as copies {mistaken} of {all_alike} ({mistaken / all_alike:.2%})")


def share_after(conversion: str, a: str, b: str) -> float:
    """The share of the 4-grams of ``a`` that ``b`` has, both converted by OpenCC's tables."""
    grams = []
    for text in (a, b):
        letters = "".join(filter(str.isalnum, convert(text, conversion)))
        grams.append({letters[at : at + 4] for at in range(len(letters) - 3)})
    return len(grams[0] & grams[1]) / len(grams[0])


def gold_stories(gold: Path) -> list[StoryText]:
    """The stories of the labelled pages whose labels are in the folder ``gold``."""
    stories = []
    for told in json.loads((gold / "stories.json").read_text("utf-8")):
        (path,) = gold.glob(f"{told['seed']}_*.jsonl")
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        kept = [row for row in rows if row["keep"] and row["story"] == told["story"]]
        text = "\n".join(row["text"] for row in kept)
        spans = tuple((row["line"], row["line"]) for row in kept)
        stories.append(StoryText(f"{told['seed']}.{told['story']}", text, spans, script_of(text)))
    return stories


def seeds(data: Path) -> None:
    """The pairs among the gold stories of the real pages beside the data.

    Classes fold more than t2s does, which leaves 著 as it stands (標志著 beside 标志着); tw2s,
    the conversion for a page that writes so, gives what the classes give.
    """
    stories = gold_stories(data.parent / "seeds" / "gold")
    print(f"seeds: {len(stories)} gold stories")
    for (a, b), verdict in found_among(stories).items():
        scores = verdict.scores
        print(
            f"  {stories[a].id} ~ {stories[b].id}: {verdict.relation}, a_in_b {scores.a_in_b:.3f},"
            f" jaccard {scores.jaccard:.3f}, across scripts {verdict.cross_script}"
        )
        for name in ("t2s", "tw2s"):
            share = share_after(name, stories[a].text, stories[b].text)
            print(f"    a_in_b after {name} instead of the classes: {share:.3f}")
        for passage in verdict.shared:
            print(f"    lines {passage.a} ~ {passage.b}, {passage.chars} letters")


def main() -> None:
    """Prints every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--only", default="seeds,injected,bulletins,natural")
    options = parser.parse_args()
    if "seeds" in options.only:
        seeds(options.data)
    if "injected" in options.only:
        injected(options.data)
    if "bulletins" in options.only:
        templates()
    if "natural" in options.only:
        natural(options.data, cleaned=False)
        natural(options.data, cleaned=True)


if __name__ == "__main__":
    main()
