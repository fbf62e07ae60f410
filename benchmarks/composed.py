"""What a user could compose today for the same job, to be timed beside ``cleaner run``.

A filter of lines, OpenCC's C++ library to Simplified, and rensa's MinHash with its LSH over
character 5-grams: no reasons, no stories, no mending, no exact verification, no way back. The
filter is ``datatrove``'s own (C4 and FineWeb quality, set to Chinese: what is published for the
purpose) or ``lines``, ten lines of the C4 kind with Chinese end marks, the least that anyone would
write. Run by ``benchmarks.run --peers PYTHON`` with a Python that has ``OpenCC``, ``rensa`` and
``datatrove[processing]`` (OpenCC takes the module name that cleaner's own dependency has, so that
the two cannot share an environment).

    python composed.py lines|datatrove PAGES.jsonl OUT.jsonl
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable

import opencc  # type: ignore[import-not-found, unused-ignore]
import rensa  # type: ignore[import-not-found, unused-ignore]

ENDS = tuple("。!?！？…”\"'；;")
PUNCTUATION = re.compile(r"[\W_]+")


def lines_that_end(text: str) -> str:
    """The lines of ``text`` that end as sentences do."""
    lines = [one.strip() for one in text.split("\n")]
    return "\n".join(one for one in lines if len(one) >= 5 and one.endswith(ENDS))


def filter_of_datatrove() -> Callable[[str], str]:
    """The C4 and FineWeb filters for Chinese: a page that they turn down becomes empty."""
    from datatrove.data import Document  # type: ignore[import-not-found, unused-ignore]
    from datatrove.pipeline.filters import (  # type: ignore[import-not-found, unused-ignore]
        C4QualityFilter,
        FineWebQualityFilter,
        c4_filters,
    )

    # As published, C4's ends of sentences are Latin (nothing of a Chinese page is left), and a line
    # of Chinese is one long "word" to its splitter at spaces.
    c4_filters.END_PUNCTUATION = ENDS
    c4 = C4QualityFilter(min_words_per_line=1, max_word_length=-1, language="zho")
    fineweb = FineWebQualityFilter(language="zho")

    def filtered(text: str) -> str:
        page = Document(text=text, id="")
        return page.text if c4.filter(page) is True and fineweb.filter(page) is True else ""

    return filtered


def main() -> None:
    """Filters, converts and deduplicates one file of JSON lines."""
    kind, source, target = sys.argv[1:]
    clean = filter_of_datatrove() if kind == "datatrove" else lines_that_end
    converter = opencc.OpenCC("t2s")
    index = rensa.RMinHashLSH(threshold=0.7, num_perm=128, num_bands=16)
    kept: dict[int, rensa.RMinHash] = {}
    with open(source, encoding="utf-8") as stream, open(target, "w", encoding="utf-8") as out:
        for number, line in enumerate(stream):
            record = json.loads(line)
            text = clean(record["text"])
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
