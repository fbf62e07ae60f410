"""Candidates: everything alike is proposed, by any path through memory and in any order."""

from __future__ import annotations

import random
from itertools import chain, combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.duplicates import crowds
from cleaner.duplicates.candidates import BANDED, propose
from cleaner.duplicates.crowds import ALL_PAIRS, crowds_of, id_bits, pack_keys, pair, star
from cleaner.duplicates.shingles import as_sets, fingerprint, shingle
from cleaner.duplicates.sketch import prefixes
from cleaner.duplicates.sketches import Sketches, join_sketches, sketch_stories
from cleaner.duplicates.spill import in_parts


def words(seed: int, length: int) -> str:
    draw = random.Random(seed)
    return "".join(chr(0x4E00 + draw.randrange(6000)) for _ in range(length))


def edited(text: str, seed: int, share: float) -> str:
    draw = random.Random(seed)
    return "".join(c if draw.random() > share else chr(0x6000 + draw.randrange(99)) for c in text)


def corpus() -> list[str]:
    """Originals with light edits, halves, pages that hold them, and strangers."""
    texts = []
    for i in range(12):
        text = words(i, 120 + 90 * i)
        texts += [text, edited(text, i, 0.03), text[: len(text) // 2]]
        texts.append(words(100 + i, 900) + text + words(200 + i, 900))
        texts += [words(300 + i, 400), "", words(400 + i, 3)]
    return texts


def pairs_of(
    sketches: Sketches, folder: Path | None = None, memory: int = 1 << 30
) -> list[list[int]]:
    found = propose(sketches.signatures, sketches.samples, sketches.digests, folder, memory)
    pairs: list[list[int]] = found.pairs.tolist()
    return pairs


def test_all_that_brute_force_finds_is_proposed() -> None:
    texts = corpus()
    sets = as_sets(shingle(fingerprint(texts)))
    proposed = set(map(tuple, pairs_of(sketch_stories(texts))))
    for a, b in combinations(range(len(texts)), 2):
        one, two = sets.of(a), sets.of(b)
        shared = len(set(one.tolist()) & set(two.tolist()))
        if min(len(one), len(two)) >= 200 and shared >= 0.6 * min(len(one), len(two)):
            assert (a, b) in proposed


def test_strangers_and_empty_stories_are_not() -> None:
    texts = [words(i, 300) for i in range(200)] + ["", "。", "短"]
    assert pairs_of(sketch_stories(texts)) == []


def test_pairs_are_sorted_each_once_smaller_first() -> None:
    pairs = pairs_of(sketch_stories(corpus()))
    assert pairs == sorted(pairs)
    assert len(set(map(tuple, pairs))) == len(pairs)
    assert all(a < b for a, b in pairs)


def test_files_instead_of_memory_change_nothing(tmp_path: Path) -> None:
    sketches = sketch_stories(corpus() * 3)
    whole = propose(sketches.signatures, sketches.samples, sketches.digests)
    spilled = propose(sketches.signatures, sketches.samples, sketches.digests, tmp_path, 4096)
    assert np.array_equal(whole.pairs, spilled.pairs)
    assert np.array_equal(whole.common, spilled.common)
    assert list(tmp_path.iterdir()) == []


def test_sketches_mapped_from_files_serve_as_well(tmp_path: Path) -> None:
    sketches = sketch_stories(corpus())
    np.save(tmp_path / "s.npy", sketches.signatures)
    mapped = np.load(tmp_path / "s.npy", mmap_mode="r")
    assert pairs_of(sketches) == pairs_of(Sketches(mapped, sketches.samples, sketches.digests))


@settings(max_examples=15, deadline=None)
@given(st.randoms())
def test_the_order_of_stories_does_not_matter(draw: random.Random) -> None:
    texts = corpus()[:28]
    order = list(range(len(texts)))
    draw.shuffle(order)
    expected = {frozenset(pair) for pair in pairs_of(sketch_stories(texts))}
    found = pairs_of(sketch_stories([texts[i] for i in order]))
    assert {frozenset(order[i] for i in pair) for pair in found} == expected


def test_shards_laid_together_propose_the_same() -> None:
    texts = corpus()
    shards = join_sketches([sketch_stories(texts[i : i + 7]) for i in range(0, len(texts), 7)])
    assert pairs_of(shards) == pairs_of(sketch_stories(texts))


@pytest.mark.parametrize("share", [0.0, 0.02])
def test_many_copies_of_one_story_make_few_pairs_and_hang_together(share: float) -> None:
    text = words(1, 500)
    texts = [edited(text, i, share) for i in range(600)]
    pairs = pairs_of(sketch_stories(texts))
    assert len(pairs) < 40 * len(texts)
    reached, waiting = {0}, [0]
    beside: dict[int, list[int]] = {i: [] for i in range(len(texts))}
    for a, b in pairs:
        beside[a].append(b)
        beside[b].append(a)
    while waiting:
        for story in beside[waiting.pop()]:
            if story not in reached:
                reached.add(story)
                waiting.append(story)
    assert len(reached) == len(texts)


def test_few_copies_are_all_paired_with_each_other() -> None:
    text = words(1, 500)
    pairs = pairs_of(sketch_stories([edited(text, i, 0.01) for i in range(ALL_PAIRS)]))
    assert len(pairs) == ALL_PAIRS * (ALL_PAIRS - 1) // 2


def test_exact_copies_share_the_near_copies_of_the_first() -> None:
    text = words(1, 500)
    pairs = pairs_of(sketch_stories([text, text, edited(text, 1, 0.02), text]))
    assert pairs == [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]


@pytest.mark.parametrize("id_bits", [24, 25, 32], ids="stories' numbers take {} bits".format)
def test_what_very_many_stories_share_is_known_as_common(
    id_bits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowds, "ID_BITS", id_bits)  # as of 16 million stories, and of 4 billion
    promotion = words(0, 600)
    texts = [words(i, 700) + promotion for i in range(1, 60)]
    sketches = sketch_stories(texts)
    common = propose(sketches.signatures, sketches.samples, sketches.digests).common
    promoted = sketch_stories([promotion]).samples.values
    assert set(prefixes(promoted[promoted < 1 << 60]).tolist()) <= set(common.tolist())
    assert len(common) <= len(promoted)


@given(
    st.lists(st.integers(0, 8), max_size=60), st.lists(st.integers(0, 50), min_size=61, max_size=61)
)
def test_stories_with_one_key_hang_together_and_others_do_not(
    keys: list[int], sizes: list[int]
) -> None:
    bits = id_bits(len(keys))
    packed = pack_keys(
        np.array(keys, dtype=np.uint64) << np.uint64(bits),
        np.arange(len(keys), dtype=np.uint64),
        bits,
    )
    packed.sort()
    crowds = crowds_of(packed, bits, 5)
    stars = (star(crowds.ids, crowds.counts, np.array(sizes), best) for best in (True, False))
    pairs = np.concatenate([crowds.pairs, *(pair(one, two) for one, two in stars)])
    linked = {(int(p) >> 32, int(p) & 0xFFFFFFFF) for p in pairs}
    assert all(a < b and keys[a] == keys[b] for a, b in linked)
    for key in set(keys):
        crowd = [i for i, other in enumerate(keys) if other == key]
        reached = {crowd[0]}
        for _ in crowd:
            reached |= {b for a, b in linked if a in reached} | {
                a for a, b in linked if b in reached
            }
        assert reached == set(crowd)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(st.integers(0, (1 << 60) - 1), max_size=30), max_size=6))
def test_parts_hold_every_number_together_with_its_equals(
    tmp_path_factory: pytest.TempPathFactory, chunks: list[list[int]]
) -> None:
    folder = tmp_path_factory.mktemp("parts")
    arrays = [np.array(chunk, dtype=np.uint64) for chunk in chunks]
    spilled = [part.tolist() for part in in_parts(arrays, 54, folder, 8)]
    assert sorted(chain(*spilled)) == sorted(chain(*chunks))
    where: dict[int, int] = {}
    for number, part in enumerate(spilled):
        for value in part:
            assert where.setdefault(value, number) == number


def test_stories_too_short_for_bands_are_found_by_their_samples() -> None:
    one, other = (words(i, BANDED + 2) for i in range(2))
    near = one[:-1] + "终"
    # Some of these have no shingle among every second: their signatures are the same.
    shortest = [words(i, 4) for i in range(20)]
    assert pairs_of(sketch_stories([one, other, near, *shortest])) == [[0, 2]]
