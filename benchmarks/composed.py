"""What a user could compose today for the same job, to be timed beside ``cleaner run``.

A line filter of the C4 kind with Chinese end marks, OpenCC's C++ library to Simplified, and
rensa's MinHash with its LSH over character 5-grams: no reasons, no stories, no mending, no exact
verification, no way back. Run by ``benchmarks.run --peers PYTHON`` with a Python that has
``OpenCC`` and ``rensa`` (OpenCC takes the module name that cleaner's own dependency has, so that
the two cannot share an environment).

    python composed.py PAGES.jsonl OUT.jsonl
"""

from __future__ import annotations

import json
import re
import sys

import opencc  # type: ignore[import-not-found, unused-ignore]
import rensa  # type: ignore[import-not-found, unused-ignore]

ENDS = tuple("。!?！？…”\"'；;")
PUNCTUATION = re.compile(r"[\W_]+")


def main() -> None:
    """Filters, converts and deduplicates one file of JSON lines."""
    source, target = sys.argv[1:]
    converter = opencc.OpenCC("t2s")
    index = rensa.RMinHashLSH(threshold=0.7, num_perm=128, num_bands=16)
    kept = {}
    with open(source, encoding="utf-8") as stream, open(target, "w", encoding="utf-8") as out:
        for number, line in enumerate(stream):
            record = json.loads(line)
            lines = [one.strip() for one in record["text"].split("\n")]
            text = "\n".join(one for one in lines if len(one) >= 5 and one.endswith(ENDS))
            text = converter.convert(text)
            letters = PUNCTUATION.sub("", text)
            if len(letters) >= 5:
                sketch = rensa.RMinHash(num_perm=128, seed=1)
                sketch.update([letters[at : at + 5] for at in range(len(letters) - 4)])
                near = [
                    other for other in index.query(sketch) if kept[other].jaccard(sketch) >= 0.7
                ]
                record["duplicate_of"] = min(near, default=None)
                index.insert(number, sketch)
                kept[number] = sketch
            record["text"] = text
            out.write(json.dumps(record, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
