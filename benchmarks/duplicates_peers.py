"""One near-duplicate finder over one file of texts, timed: run by ``benchmarks.duplicates_speed``.

    python duplicates_peers.py NAME TEXTS.json

NAME is one of ``FINDERS``. All get the same texts, folded
to letters and digits, and character 4-grams; all report pairs at Jaccard .7. Prints one line of
JSON: seconds of processor and clock from texts in memory to pairs, megabytes at the peak, pairs.
"""

from __future__ import annotations

import json
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

THRESHOLD = 0.7
Pairs = set[tuple[int, int]]


def _pairs_in(index: Any, sketches: Sequence[Any]) -> Pairs:
    """The pairs of sketches that an index proposes and the sketches themselves confirm."""
    return {
        (j, i)
        for i, one in enumerate(sketches)
        for j in index.query(one)
        if j < i and one.jaccard(sketches[j]) >= THRESHOLD
    }


def datasketch(texts: list[str]) -> Pairs:
    """MinHash.generator with xxhash and MinHashLSH: the fastest form of datasketch 2.0."""
    import xxhash
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=THRESHOLD, num_perm=128)
    grams = ([text[k : k + 4].encode() for k in range(len(text) - 3)] for text in texts)
    made = []
    for i, one in enumerate(
        MinHash.generator(grams, num_perm=128, hashfunc=xxhash.xxh32_intdigest)
    ):
        index.insert(i, one, check_duplication=False)
        made.append(one)
    return _pairs_in(index, made)


def rensa(texts: list[str]) -> Pairs:
    """RMinHash.update and RMinHashLSH with 16 bands, pairs filtered by the sketch."""
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=THRESHOLD, num_perm=128, num_bands=16)
    made = []
    for i, text in enumerate(texts):
        one = RMinHash(num_perm=128, seed=42)
        one.update([text[k : k + 4] for k in range(len(text) - 3)])
        index.insert(i, one)
        made.append(one)
    return _pairs_in(index, made)


def gaoya(texts: list[str]) -> Pairs:
    """MinHashStringIndex over character 4-grams."""
    import gaoya as module

    index = module.minhash.MinHashStringIndex(
        hash_size=32,
        jaccard_threshold=THRESHOLD,
        num_bands=16,
        band_size=8,
        analyzer="char",
        lowercase=False,
        ngram_range=(4, 4),
    )
    for i, text in enumerate(texts):
        index.insert_document(i, text)
    return {(j, i) for i, text in enumerate(texts) for j in index.query(text) if j < i}


def text_dedup(texts: list[str]) -> Pairs:
    """The embedding and banding of text_dedup.minhash over spaced characters, pairs of a bucket."""
    import numpy as np
    from text_dedup.minhash import embed_func, optimal_param  # type: ignore[import-not-found]

    bands, rows = optimal_param(THRESHOLD, 128, 0.5, 0.5)
    draw = np.random.RandomState(42)
    prime, top = np.uint64((1 << 61) - 1), np.uint64((1 << 32) - 1)
    permutations = (
        draw.randint(1, prime, size=(128,), dtype=np.uint64),
        draw.randint(0, prime, size=(128,), dtype=np.uint64),
    )
    from text_dedup.utils.hashfunc import xxh3_32hash  # type: ignore[import-not-found]

    ranges = [(i * rows, (i + 1) * rows) for i in range(bands)]
    buckets: dict[tuple[int, Any], list[int]] = {}
    for i, text in enumerate(texts):
        told = embed_func(
            content=" ".join(text),
            idx=i,
            num_perm=128,
            ngram_size=4,
            min_length=0,
            hashranges=ranges,
            permutations=np.array(permutations),
            hash_func=xxh3_32hash,
            dtype=np.uint64,
            max_hash=top,
            modulo_prime=prime,
        )
        for band, key in enumerate(told["__signatures__"]):
            buckets.setdefault((band, key), []).append(i)
    return {pair for some in buckets.values() for pair in combinations(some, 2)}


def datatrove(texts: list[str]) -> Pairs:
    """Signatures, buckets, clusters of its MinHash over spaced characters; pairs of a cluster."""
    from datatrove.data import Document
    from datatrove.pipeline.dedup import minhash as stages
    from datatrove.utils.hashing import HashConfig
    from datatrove.utils.text import TextNormConfig

    class Letters:
        """A tokenizer that takes every character for a word."""

        def word_tokenize(self, text: str) -> list[str]:
            return text.split(" ")

    stages.load_word_tokenizer = lambda language: Letters()
    # Left as it is, it takes every number for 0, and all bulletins of a kind for one.
    plain = TextNormConfig(norm_numbers=False)
    config = stages.MinhashConfig(4, hash_config=HashConfig(precision=64), norm_config=plain)
    clusters: dict[int, list[int]] = {}
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        signatures, buckets, ids = str(root / "signatures"), str(root / "buckets"), root / "ids"
        documents = (Document(text=" ".join(text), id=str(i)) for i, text in enumerate(texts))
        stages.MinhashDedupSignature(signatures, config=config).run(documents, 0, 1)
        for bucket in range(config.num_buckets):
            step = stages.MinhashDedupBuckets(signatures, buckets, config=config)
            step.run(None, bucket, config.num_buckets)
        stages.MinhashDedupCluster(buckets, str(ids), config=config, save_cluster_id=True).run()
        told = (ids / "000000.clusters").read_bytes() if (ids / "000000.clusters").exists() else b""
        for document, cluster in struct.iter_unpack("<2I", told):
            clusters.setdefault(cluster, []).append(document)
    return {pair for some in clusters.values() for pair in combinations(sorted(some), 2)}


def data_juicer(texts: list[str]) -> Pairs:
    """Its DocumentMinhashDeduplicator over character 4-grams; pairs of a cluster."""
    from data_juicer.ops.deduplicator.document_minhash_deduplicator import (
        DocumentMinhashDeduplicator,
    )
    from data_juicer.utils.constant import HashKeys
    from datasets import Dataset

    finder = DocumentMinhashDeduplicator(
        tokenization="character",
        window_size=4,
        lowercase=False,
        num_permutations=128,
        jaccard_threshold=THRESHOLD,
    )
    made = [finder.compute_hash({"text": text})[HashKeys.minhash] for text in texts]
    hashed = Dataset.from_dict({"id": range(len(texts)), HashKeys.minhash: made})
    _, clusters = finder.process(hashed, show_num=len(texts))
    members = ([one["id"] for one in cluster] for cluster in clusters.values())
    return {pair for some in members for pair in combinations(sorted(some), 2)}


def bands(texts: list[str]) -> Pairs:
    """What the others do: near-copies by MinHash (of every second shingle) and bands, here with
    exact scores."""
    import numpy as np

    from cleaner.duplicates.candidates import banded_pairs
    from cleaner.duplicates.shingles import fingerprint, shingle
    from cleaner.duplicates.sketch import every_second, minhash

    made = [shingle(fingerprint(batch)) for batch in batches(texts)]
    sizes = np.concatenate([np.diff(one.first) for one in made])
    signatures = np.concatenate([minhash(every_second(one)) for one in made])
    packed = banded_pairs(signatures, sizes, sizes > 0, np.arange(len(sizes)))
    pairs = np.stack([packed >> np.uint64(32), packed & np.uint64(0xFFFFFFFF)], axis=1)
    return _near(texts, pairs.astype(np.int64))


def samples(texts: list[str]) -> Pairs:
    """Near-copies and stories inside others by FracMinHash samples alone, with exact scores."""
    return _near(texts, _proposed(texts, with_signatures=False).pairs)


def cleaner(texts: list[str]) -> Pairs:
    """Samples and bands, with exact scores."""
    return _near(texts, _proposed(texts, with_signatures=True).pairs)


def evidence(texts: list[str]) -> Pairs:
    """The same with relations, passages and numbers of every pair."""
    from cleaner.duplicates.verify import StoryText, verify

    def load(some: Sequence[int]) -> list[StoryText]:
        return [StoryText(str(i), texts[i], ((1, 1),)) for i in some]

    found = _proposed(texts, with_signatures=True)
    verdicts = verify(found.pairs, load, common=found.common)
    return {(one.a, one.b) for one in verdicts if one.scores.jaccard >= THRESHOLD}


def batches(texts: list[str]) -> Iterator[list[str]]:
    """Texts in batches of 250,000 characters, as a run has them."""
    batch: list[str] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if size > 250_000:
            yield batch
            batch, size = [], 0
    yield batch


def _proposed(texts: list[str], with_signatures: bool) -> Any:
    """The candidates among texts."""
    import numpy as np

    from cleaner.duplicates.candidates import propose
    from cleaner.duplicates.shingles import digests, fingerprint, shingle
    from cleaner.duplicates.sketch import every_second, minhash, sample
    from cleaner.duplicates.sketches import Sketches, join_sketches

    parts = []
    for batch in batches(texts):
        prints = fingerprint(batch)
        made = shingle(prints)
        signatures = (
            minhash(every_second(made)) if with_signatures else np.zeros((0, 128), dtype=np.uint32)
        )
        parts.append(Sketches(signatures, sample(made), digests(prints)))
    joined = join_sketches(parts)
    return propose(joined.signatures if with_signatures else None, joined.samples, joined.digests)


def _near(texts: list[str], pairs: Any) -> Pairs:
    """The pairs with an exact Jaccard of the threshold."""
    return {pair for pair, score in _scores(texts, pairs).items() if score >= THRESHOLD}


def _scores(texts: list[str], pairs: Any) -> dict[tuple[int, int], float]:
    """The exact Jaccard of each pair."""
    import numpy as np

    from cleaner.duplicates.shingles import as_sets, fingerprint, shingle

    sets = {}
    needed = sorted(set(pairs.reshape(-1).tolist()))
    for begin in range(0, len(needed), 400):
        some = needed[begin : begin + 400]
        made = as_sets(shingle(fingerprint([texts[i] for i in some])))
        sets.update((number, made.of(i)) for i, number in enumerate(some))
    scores = {}
    for a, b in pairs.tolist():
        both = np.concatenate([sets[a], sets[b]])
        both.sort(kind="stable")
        shared = int(np.count_nonzero(both[1:] == both[:-1]))
        scores[a, b] = shared / max(len(both) - shared, 1)
    return scores


FINDERS: dict[str, Callable[[list[str]], Pairs]] = {
    "datasketch": datasketch,
    "rensa": rensa,
    "gaoya": gaoya,
    "text-dedup": text_dedup,
    "datatrove": datatrove,
    "data-juicer": data_juicer,
    "cleaner, bands": bands,
    "cleaner, samples": samples,
    "cleaner, both": cleaner,
    "cleaner, evidence": evidence,
}


def main() -> None:
    """Runs one finder and prints what it took and found."""
    name, path = sys.argv[1:]
    texts = json.loads(Path(path).read_text("utf-8"))
    FINDERS[name](texts[:20])  # imports and tables are there before the clock starts
    processor, clock = time.process_time(), time.perf_counter()
    pairs = FINDERS[name](texts)
    processor, clock = time.process_time() - processor, time.perf_counter() - clock
    status = Path("/proc/self/status").read_text("ascii")
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(
        json.dumps({"processor": processor, "clock": clock, "peak": peak, "pairs": sorted(pairs)})
    )


if __name__ == "__main__":
    main()
