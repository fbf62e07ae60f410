"""Mutated pages through the whole chain: nothing but CleanerError is raised, nothing is lost.

    python -m benchmarks.fuzz [--inputs N] [--seed N] [--jobs N] [--keep DIR]

Inputs are stretches of the sample pages of this project, as texts, records, tables and HTML, in
one of several encodings, whose bytes are then flipped, cut, doubled, mixed with other encodings,
NULs, marks of direction, lone surrogates and long repeats. Each one is read, cleaned in one of
several ways, written and rebuilt from what was written and the ledger's row, as ``cleaner
restore`` does. An input that raises, or does not come back byte for byte, is printed (and with
--keep written to a file); those found so far are cases of ``tests/engines/test_fuzz.py``.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from cleaner.corpus.entries import Entry, Reading
from cleaner.corpus.formats import format_named
from cleaner.corpus.ledger import entry_bytes, entry_row
from cleaner.corpus.rows import finding_row, page_row, story_row
from cleaner.corpus.sources import Source
from cleaner.model import CleanerError
from cleaner.pipeline import Cleaning, clean_batch
from cleaner.stories.cut import CleanPage

HOME = Path(__file__).parents[1]

BATCH = 400
"""Inputs cleaned in one go, as a run does: what one page holds must not reach another."""

FORMS = ("text",) * 5 + ("jsonl",) * 3 + ("csv", "html")
ENCODINGS = ("utf-8",) * 4 + ("gb18030", "big5", "utf-16", "hz", "utf-8-sig", "euc_jp")
ERRORS = ("replace", "replace", "keep", "strict")
WAYS = (
    Cleaning(),
    Cleaning(),
    Cleaning(to="traditional", repair=True),
    Cleaning(to="simplified", dictionary="classic", punctuation="full"),
    Cleaning(to="taiwan", phrases=True, remove_suspects=True),
    Cleaning(keep=frozenset({"caption", "byline", "credit"}), split=False),
    Cleaning(mend=False, repair=True, punctuation="full"),
)
ODDITIES = (
    *(
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xfe\xff",
        b"\r",
        b"\r\n",
        b"\n\n",
        b"\t",
        b"\x1a",
        b"\x0b",
    ),
    *(
        b'"',
        b"\\",
        b"\\u0000",
        b"\\ud800",
        b"\\udc80",
        b"{",
        b"}",
        b",",
        b"&#x110000;",
        b"<!--",
        b"</p>",
    ),
    *("\u202e\u2066\u200f\u2028\u2029\u0085\ufeff\u200b\u3000\xa0\U000e0041\U0010ffff".encode(),),
    *(
        "\ufffd臺台着著乾干〔Ａ１㊣".encode(),
        "e\u0301\u3099".encode(),
        b"\xed\xb2\x80",
        b"\xf8\xf9\xa2\xcc",
    ),
)
"""Bytes put where they may hurt."""


@dataclass(frozen=True)
class Given:
    """An input: its bytes, and how they are read."""

    raw: bytes
    form: str
    reading: Reading


@cache
def pages() -> tuple[str, ...]:
    """The texts of the sample pages."""
    folders = (HOME / "seeds", HOME / "tests" / "pages")
    return tuple(page.read_text("utf-8") for at in folders for page in sorted(at.glob("*.txt")))


def draw(dice: random.Random) -> Given:
    """An input drawn with ``dice``."""
    form = dice.choice(FORMS)
    stretches = [_stretch(dice) for _ in range(1 if form in ("text", "html") else 2)]
    raw = _laid_out(stretches, form, dice).encode(dice.choice(ENCODINGS), "replace")
    for _ in range(dice.choice((0, 1, 1, 2, 3, 6))):
        raw = dice.choice(MUTATIONS)(raw, dice)
    encoding = dice.choice((None, None, None, "utf-8", "gb18030", "big5"))
    return Given(raw, form, Reading(encoding=encoding, errors=dice.choice(ERRORS)))


def _stretch(dice: random.Random) -> str:
    lines = dice.choice(pages()).split("\n")
    start = dice.randrange(len(lines))
    return "\n".join(lines[start : start + dice.choice((1, 2, 4, 8))])[:600]


def _laid_out(texts: Sequence[str], form: str, dice: random.Random) -> str:
    """The stretches as a file of a format."""
    if form == "jsonl":
        plain = dice.random() < 0.5
        rows = (
            {"id": n, "text": text, "url": "https://a.example/"} for n, text in enumerate(texts)
        )
        return "\n".join(json.dumps(row, ensure_ascii=plain) for row in rows)
    if form == "csv":
        quoted = ('"' + text.replace('"', '""') + '"' for text in texts)
        return "id,text\n" + "\n".join(f"{n},{text}" for n, text in enumerate(quoted))
    if form == "html":
        lines = "".join(f"<p>{line}</p>\n" for line in texts[0].split("\n"))
        return f"<html><head><title>{texts[0][:9]}</title></head><body><div>{lines}</div></body>"
    return texts[0]


def _flip(raw: bytes, dice: random.Random) -> bytes:
    some = bytearray(raw)
    for _ in range(dice.choice((1, 1, 4))):
        if some:
            some[dice.randrange(len(some))] = dice.randrange(256)
    return bytes(some)


def _between(raw: bytes, dice: random.Random) -> tuple[int, int]:
    one, two = dice.randrange(len(raw) + 1), dice.randrange(len(raw) + 1)
    return min(one, two), max(one, two)


def _cut(raw: bytes, dice: random.Random) -> bytes:
    start, end = _between(raw, dice)
    return raw[:start] + raw[end:]


def _double(raw: bytes, dice: random.Random) -> bytes:
    start, end = _between(raw, dice)
    return raw[:end] + raw[start:]


def _insert(raw: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(raw) + 1)
    return raw[:at] + dice.choice(ODDITIES) * dice.choice((1, 1, 1, 3, 40)) + raw[at:]


def _repeat(raw: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(raw) + 1)
    piece = raw[start : start + dice.choice((1, 2, 3, 7, 30))]
    return raw[:start] + piece * dice.choice((2, 30, 300)) + raw[start:]


def _mix(raw: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(raw) + 1)
    return raw[:at] + _stretch(dice)[:60].encode(dice.choice(ENCODINGS), "replace") + raw[at:]


def _swap(raw: bytes, dice: random.Random) -> bytes:
    start, end = _between(raw, dice)
    return raw[end:] + raw[start:end] + raw[:start]


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(_flip, _flip, _cut, _double, _insert, _insert, _repeat, _mix, _swap),
)


def read(given: Given, name: str) -> list[Entry]:
    """The entries of an input."""
    source = Source(Path(name), name, given.form, "", len(given.raw))
    module = format_named(given.form)
    return list(module.read(io.BytesIO(given.raw), source, given.reading, 1))


def wrong_with(batch: Sequence[Given], how: Cleaning) -> list[tuple[Given, str]]:
    """The inputs of ``batch`` that do not come through as they should, each with what happened."""
    wrong: list[tuple[Given, str]] = []
    entries: list[tuple[Given, list[Entry]]] = []
    for number, given in enumerate(batch):
        try:
            entries.append((given, read(given, f"{number}.page")))
        except CleanerError:
            continue
        except Exception:
            wrong.append((given, traceback.format_exc(limit=-4)))
    met = [entry.page for _, some in entries for entry in some if entry.page is not None]
    try:
        cleaned = iter(clean_batch(met, how))
        for given, some in entries:
            told = _not_back(given, some, cleaned)
            if told:
                wrong.append((given, told))
        return wrong
    except Exception:
        if len(batch) == 1:
            return [(batch[0], traceback.format_exc(limit=-4))]
    half = len(batch) // 2
    return wrong_with(batch[:half], how) + wrong_with(batch[half:], how)


def _not_back(given: Given, entries: Sequence[Entry], cleaned: Iterator[CleanPage]) -> str:
    """What is not as it was when ``entries`` are written and rebuilt; empty if all is well."""
    module = format_named(given.form)
    whole = b""
    for entry in entries:
        page = None if entry.page is None else next(cleaned)
        written = module.write(entry, "" if page is None else page.text)
        edits = () if page is None else page.edits
        row = json.loads(entry_row(entry, module, written, edits))
        back = entry_bytes(module, written, row, Path("page"))
        if back != entry.raw:
            return f"an entry came back as {back!r}, not as {entry.raw!r}"
        whole += back
        if page is not None:
            _write_rows(entry, page)
    lost = any(entry.fault and not entry.raw for entry in entries)
    if whole != given.raw and not lost and entries:
        return f"the entries together are {whole!r}"
    return ""


def _write_rows(entry: Entry, page: CleanPage) -> None:
    """Writes all that a run writes of a page."""
    json.loads(page_row("page", entry, page))
    for story in page.stories:
        json.loads(story_row(story))
    for finding in page.findings:
        json.loads(finding_row(page.page.name, finding))


def shake(task: tuple[int, int]) -> tuple[int, list[tuple[Given, Cleaning, str]]]:
    """Draws ``task[1]`` inputs with seed ``task[0]``; how many there were, and the wrong ones."""
    seed, count = task
    dice = random.Random(seed)
    how = dice.choice(WAYS)
    batch = [draw(dice) for _ in range(count)]
    return count, [(given, how, told) for given, told in wrong_with(batch, how)]


def main() -> None:
    """Prints how many inputs came through, and each that did not."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--inputs", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--jobs", type=int, default=1)
    options.add_argument("--keep", type=Path)
    chosen = options.parse_args()
    begin = time.monotonic()
    done, found = 0, Counter[str]()
    first = chosen.seed * 10_000_000
    tasks = ((first + at, BATCH) for at in range(-(-chosen.inputs // BATCH)))
    with ProcessPoolExecutor(chosen.jobs) as pool:
        while some := list(islice(tasks, 50 * chosen.jobs)):
            print(f"\r{done:,} inputs, {sum(found.values())} wrong", end="", file=sys.stderr)
            for count, wrong in pool.map(shake, some):
                done += count
                for given, how, told in wrong:
                    _tell(given, how, told, found, chosen.keep)
    seconds = time.monotonic() - begin
    print(f"{done:,} inputs in {seconds:.0f} s; {sum(found.values())} did not come through")
    sys.exit(bool(found))


def _tell(given: Given, how: Cleaning, told: str, found: Counter[str], keep: Path | None) -> None:
    """Prints the first inputs of each kind of fault."""
    kind = told.strip().splitlines()[-1][:60]
    found[kind] += 1
    if found[kind] <= 3:
        print(f"{given!r}\n{how!r}\n{told}", flush=True)
        if keep is not None:
            keep.mkdir(exist_ok=True)
            (keep / f"{len(found)}-{found[kind]}.{given.form}").write_bytes(given.raw)


if __name__ == "__main__":
    main()
