"""Story texts as an index holds them: compressed one by one, so that any of them is read alone.

An exact answer about an old story needs its text. News (22,752 articles of 596 characters) takes
8.8 bits a character and 0.03 ms to read:

=============================================== ================ =============================
GB 18030, raw deflate, a dictionary of the index 657 bytes        what is done here
the same without a dictionary                    782 bytes        an index of few stories
UTF-8, zlib                                      956 bytes
UTF-16, LZMA over 32 stories together            618 bytes        1.1 ms to read one of them
UTF-8, bzip2 over 128 stories together           577 bytes        7 ms to read one of them
32-bit hashes of the shingles, as differences    1,600 bytes      one in 10^7 is wrong
16-bit hashes of the shingles                    560 bytes        one in 100 is wrong
=============================================== ================ =============================

(The last two by the formula: b - log2(n) + 1.44 bits for each of n = 530 hashes of b bits.) Hashes
that are exact cost more than the text they are made of, and show no passage. What is held is the
text as it was given, not its letters alone (600 bytes): lines and changed numbers need the rest.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

from cleaner.duplicates.verify import StoryText

DICTIONARY_BYTES = 1 << 15
"""Deflate looks back 32 KB: more dictionary than that is never seen."""

DICTIONARY_STORIES = 64
"""Stories that a dictionary is made of, 512 bytes from each; fewer make none. 32, 128 or 256
stories save 1 to 4 % less."""

_LEVEL = 6
"""zlib's own default; level 9 saves nothing more on texts of this length."""

_UNSETTLED = re.compile("[\ud800-\udfff\ue000-\uf8ff\u1e3f\u9fb4-\u9fbb\ufe10-\ufe19]")
"""Surrogates, which GB 18030 has not, and what its editions of 2000, 2005 and 2022 differ in."""

_UTF8, _WITH_DICTIONARY = 1, 2
"""Bits of the first byte of a held text: UTF-8 instead of GB 18030; packed with a dictionary."""

_SCRIPTS = ("neutral", "simplified", "traditional", "mixed")


def make_dictionary(texts: Sequence[str]) -> bytes:
    """A dictionary from the openings of stories spread over ``texts``, at most 32 KB.

    Openings laid together serve as well as phrases chosen by how often they stand in 3,000
    stories (within 1 %). Pieces chosen for what each adds to those before save 7 % more, but
    take 10 s.
    """
    step = max(len(texts) // DICTIONARY_STORIES, 1)
    chosen = [encode_text(text) for text in texts[::step][:DICTIONARY_STORIES]]
    share = DICTIONARY_BYTES // max(len(chosen), 1)
    return b"".join(code[1:][:share] for code in chosen)[-DICTIONARY_BYTES:]


def encode_text(text: str) -> bytes:
    """A byte for the encoding, then the text in it: two bytes a Chinese character, if it can."""
    if _UNSETTLED.search(text):
        return bytes([_UTF8]) + text.encode("utf-8", "surrogatepass")
    return bytes([0]) + text.encode("gb18030")


def hold(stories: Sequence[StoryText], dictionary: bytes = b"") -> list[bytes]:
    """Each story as it is held: a byte for how, then raw deflate."""
    how = _WITH_DICTIONARY if dictionary else 0
    fresh = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, dictionary)
    held = []
    for story in stories:
        code = encode_text(_written(story))
        # A copy of a compressor that has read the dictionary takes half the time of a new one.
        packer = fresh.copy()
        held.append(bytes([code[0] | how]) + packer.compress(code[1:]) + packer.flush())
    return held


def release(id: str, held: bytes, dictionary: bytes = b"") -> StoryText:
    """The story that ``hold`` was given; raises ValueError where the bytes are damaged."""
    try:
        used = dictionary if held[0] & _WITH_DICTIONARY else b""
        unpacker = zlib.decompressobj(-15, used)
        raw = unpacker.decompress(memoryview(held)[1:])
        if not unpacker.eof:
            raise ValueError("it ends early")
        if held[0] & _UTF8:
            return _read(id, raw.decode("utf-8", "surrogatepass"))
        return _read(id, raw.decode("gb18030"))
    except (zlib.error, IndexError, ValueError) as error:
        raise ValueError(f"the text held of {id} cannot be read: {error}") from error


def _written(story: StoryText) -> str:
    """Script, lines of the paragraphs, and text, as one text.

    ``1 2 1+3`` says that the first paragraph is line 1, the second line 3, and the third lines
    4 to 7; ``=`` that paragraph n is line n.
    """
    count = story.text.count("\n") + 1
    if story.paragraphs == tuple((line, line) for line in range(1, count + 1)):
        lines = "="
    else:
        steps, last = [], 0
        for begin, end in story.paragraphs:
            steps.append(f"{begin - last}" if begin == end else f"{begin - last}+{end - begin}")
            last = end
        lines = " ".join(steps)
    return f"{_SCRIPTS.index(story.script)}{lines}\n{story.text}"


def _read(id: str, written: str) -> StoryText:
    """The inverse of ``_written``."""
    head, _, text = written.partition("\n")
    script, lines = _SCRIPTS[int(head[0])], head[1:]
    if lines == "=":
        spans = [(line, line) for line in range(1, text.count("\n") + 2)]
    else:
        spans, last = [], 0
        for step in lines.split():
            skip, _, more = step.partition("+")
            begin = last + int(skip)
            last = begin + int(more or 0)
            spans.append((begin, last))
    return StoryText(id, text, tuple(spans), script)
