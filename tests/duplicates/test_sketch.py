"""Sketches: signatures are datasketch's own, samples of all densities fit each other."""

from __future__ import annotations

import random

import numpy as np
import pytest
from datasketch import MinHash, MinHashLSH
from hypothesis import given
from hypothesis import strategies as st

from cleaner.duplicates.shingles import Shingles, as_sets, fingerprint, shingle
from cleaner.duplicates.sketch import RATE_BITS, WANTED, minhash, sample
from cleaner.duplicates.sketches import join_sketches, sketch_stories

SHORT_TEXT = st.lists(st.text(alphabet="甲乙丙丁戊", max_size=30), min_size=1, max_size=8)


def text_of(seed: int, length: int) -> str:
    draw = random.Random(seed)
    return "".join(chr(0x4E00 + draw.randrange(5000)) for _ in range(length))


def theirs(hashes: list[int]) -> MinHash:
    made = MinHash(num_perm=128, scheme="affine32", hashfunc=int)
    made.update_batch(hashes)
    return made


def low(shingles: Shingles, story: int) -> list[int]:
    values: list[int] = (shingles.of(story) & np.uint64(0xFFFFFFFF)).tolist()
    return values


@given(SHORT_TEXT)
def test_a_signature_equals_datasketch_bit_for_bit(texts: list[str]) -> None:
    shingles = shingle(fingerprint(texts))
    for i, signature in enumerate(minhash(shingles)):
        assert np.array_equal(signature, theirs(low(shingles, i)).hashvalues)


def test_long_and_short_stories_beside_each_other_equal_datasketch() -> None:
    texts = [text_of(1, 40_000), "", text_of(2, 500), "短", text_of(3, 17_000), text_of(4, 16_390)]
    shingles = shingle(fingerprint(texts))
    for i, signature in enumerate(minhash(shingles)):
        assert np.array_equal(signature, theirs(low(shingles, i)).hashvalues)


def test_a_signature_loads_into_the_lsh_of_datasketch() -> None:
    texts = ["港口今天恢复夜航，第一班船晚上八点开出。" * 3, text_of(7, 80)]
    edited = texts[0].replace("晚上八点", "晚上九点")
    lsh = MinHashLSH(num_perm=128, params=(32, 4))
    for name, signature in zip("ab", minhash(shingle(fingerprint(texts))), strict=True):
        lsh.insert(name, MinHash(hashvalues=signature, scheme="affine32"))
    (asked,) = minhash(shingle(fingerprint([edited])))
    assert lsh.query(MinHash(hashvalues=asked, scheme="affine32")) == ["a"]


def test_a_sample_holds_every_hash_below_its_limit_and_no_other() -> None:
    texts = [text_of(i, length) for i, length in enumerate((0, 3, 30, 70, 130, 300, 600, 4000))]
    shingles = shingle(fingerprint(texts))
    samples, sets = sample(shingles), as_sets(shingles)
    for i in range(len(texts)):
        limit = 1 << (64 - int(samples.bits[i]))
        expected = [value for value in sets.of(i).tolist() if value < limit]
        assert samples.values[samples.first[i] : samples.first[i + 1]].tolist() == expected


def test_short_stories_are_sampled_denser() -> None:
    texts = [
        text_of(i, length + 3) for i, length in enumerate((10, 63, 64, 128, 256, 511, 512, 9000))
    ]
    samples = sample(shingle(fingerprint(texts)))
    assert samples.bits.tolist() == [0, 0, 1, 2, 3, 3, RATE_BITS, RATE_BITS]
    assert all(samples.size >> samples.bits >= np.minimum(samples.size, WANTED))


@given(SHORT_TEXT)
def test_the_sketch_of_a_story_does_not_depend_on_the_batch(texts: list[str]) -> None:
    together = sketch_stories(texts)
    apart = join_sketches([sketch_stories([text]) for text in texts])
    assert np.array_equal(together.signatures, apart.signatures)
    assert np.array_equal(together.digests, apart.digests)
    assert np.array_equal(together.samples.values, apart.samples.values)
    assert np.array_equal(together.samples.first, apart.samples.first)


@pytest.mark.parametrize("shared", [200, 500, 800])
def test_signatures_estimate_the_share_that_two_stories_have_in_common(shared: int) -> None:
    common, a, b = text_of(1, shared), text_of(2, 1000 - shared), text_of(3, 1000 - shared)
    one, two = minhash(shingle(fingerprint([common + a, common + b])))
    expected = shared / (2000 - shared)
    assert np.mean(one == two) == pytest.approx(expected, abs=4 * (0.25 / 128) ** 0.5)


def test_a_signature_is_of_every_second_shingle() -> None:
    texts = [text_of(1, 600), text_of(2, 40)]
    shingles = shingle(fingerprint(texts))
    for i, signature in enumerate(sketch_stories(texts).signatures):
        half = [value & 0xFFFFFFFF for value in shingles.of(i).tolist() if value < 1 << 63]
        assert np.array_equal(signature, theirs(half).hashvalues)
