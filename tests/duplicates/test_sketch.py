"""Signatures are datasketch's own, bit for bit."""

from __future__ import annotations

import numpy as np
from datasketch import MinHash

from cleaner.duplicates.shingles import fingerprint, shingle
from cleaner.duplicates.sketch import minhash


def test_signature_equals_datasketch_bit_for_bit() -> None:
    texts = [
        "今日本市第一批共享雨伞投放在地铁站口，市民扫码即可借用。",
        "短",
        "",
        "春风又绿江南岸" * 30,
    ]
    shingles = shingle(fingerprint(texts))
    ours = minhash(shingles)
    for i in range(len(texts)):
        theirs = MinHash(num_perm=128, scheme="affine32", hashfunc=int)
        theirs.update_batch((shingles.of(i) & np.uint64(0xFFFFFFFF)).tolist())
        assert np.array_equal(ours[i], theirs.hashvalues)
