"""What a check has to say about places in pages, and what stays the same when lines move."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from cleaner.model import LABELS, RELATIONS

KINDS = ("noise", "suspect", "paragraph", "characters", "decoding", "script", "duplicate")
"""What a remark is about: noise that is sure, noise that is suspect, a paragraph broken in the
middle, characters of another width or unseen, bytes, the script, another story that says the
same."""

FAILABLE = (*KINDS, *LABELS, *RELATIONS)
"""What ``--fail-on`` takes: kinds, labels of noise, relations of duplicates."""

EXCERPT = 60
"""Characters of a page that a remark shows."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something wrong at one place.

    ``path`` is as the user knows the file, ``line`` and ``column`` count from 1 (``end_column``
    is the first one after it); ``page`` is the page's name in the corpus. ``label`` is the label
    of noise or the relation of a duplicate, else the kind. ``text`` is what stands there.
    ``fingerprint`` is the same wherever in the page it stands; ``fails`` says that the check
    fails for it, ``known`` that the baseline has it.
    """

    path: str
    line: int
    column: int
    end_column: int
    page: str
    kind: str
    label: str
    rule: str
    message: str
    text: str
    fingerprint: str = ""
    fails: bool = True
    known: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What a check came to.

    ``remarks`` in the order of their places; ``paths`` the files, and how many ``pages`` they
    hold; ``faults`` a line for each file and reason for which some could not be read, and how
    many those are (``not_read``); ``noise`` the share of all characters that is noise, 0..1.
    """

    remarks: tuple[Remark, ...]
    paths: tuple[str, ...]
    pages: int
    faults: tuple[str, ...]
    not_read: int
    noise: float

    @property
    def told(self) -> tuple[Remark, ...]:
        """The remarks that the baseline does not have."""
        return tuple(remark for remark in self.remarks if not remark.known)

    @property
    def failed(self) -> bool:
        """Whether there is a remark that the check fails for."""
        return any(remark.fails for remark in self.told)


def in_order(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """The remarks by path and place, without repeats, each with its fingerprint.

    The fingerprint is made of the record, the rule, the label and the letters of the text; equal
    ones of a file are numbered, so that lines may move but a new one is seen.
    """
    found = sorted(dict.fromkeys(remarks), key=lambda one: (one.path, one.line, one.column))
    seen: Counter[tuple[str, str]] = Counter()
    named = []
    for remark in found:
        text = "".join(char for char in remark.text if char.isalnum())
        record = remark.page.removeprefix(remark.path)
        told = "\0".join((record, remark.rule, remark.label, text))
        seen[remark.path, told] += 1
        counted = f"{told}\0{seen[remark.path, told]}"
        digest = hashlib.sha256(counted.encode("utf-8", "surrogatepass"))
        named.append(replace(remark, fingerprint=digest.hexdigest()[:20]))
    return tuple(named)


def excerpt(text: str) -> str:
    """The beginning of ``text``, as a message shows it."""
    shown = " ".join(text.split())
    return shown if len(shown) <= EXCERPT else shown[: EXCERPT - 1] + "…"


def printable(text: str) -> str:
    """The text on one line, with a sign for what is not seen and could steer a terminal."""
    return "".join(
        char if unicodedata.category(char)[0] != "C" else "\ufffd"
        for char in " ".join(text.split())
    )


def summary(report: Report) -> str:
    """One line on the whole: pages, findings by label, what is known, what cannot be read."""
    told = report.told
    parts = [_counted(report.pages, "page"), _counted(len(told), "finding")]
    if told:
        counts = Counter(remark.label for remark in told)
        listed = ", ".join(f"{label} {count}" for label, count in sorted(counts.items()))
        parts[-1] += f" ({listed})"
    known = len(report.remarks) - len(told)
    if known:
        parts.append(f"{known} known")
    if report.not_read:
        parts.append(f"{report.not_read:,} not read")
    parts.append(f"{report.noise:.1%} noise")
    return ", ".join(parts)


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
