"""To which of two stories the captions between them belong: to the one whose words they have."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from cleaner.stories.cohesion import FAR
from cleaner.text.lines import Lines


def captions_below(
    lines: Lines, captions: Sequence[int], upto: int, since: int, *, headed: bool
) -> int:
    """How many of neighbouring captions, counted from the last, belong to the story below them.

    ``captions`` are lines of the batch; the text of the story above ends at ``upto`` and that of
    the story below begins at ``since`` (places in the batch). FAR characters of either are looked
    at, on the same page: a caption leans to the text that has the longer run of its characters.
    The captions are divided once, so that most lean to their side. What that leaves open goes
    below, unless the story below has a headline (``headed``): a picture above a headline is taken
    for the last of the story above.
    """
    page = int(lines.page[captions[0]])
    top = int(lines.page_start[page])
    bottom = top + len(lines.pages[page].text)
    upper = lines.reading[max(top, upto - FAR) : upto]
    lower = lines.reading[since : min(bottom, since + FAR)]
    texts = [lines.reading_of(line).strip() for line in captions]
    leans = [_longest_run(text, lower) - _longest_run(text, upper) for text in texts]
    # How well the captions stand if the last n of them go below.
    fit = list(accumulate(reversed(leans), initial=0))
    best = max(fit)
    return fit.index(best) if headed else len(leans) - fit[::-1].index(best)


def _longest_run(caption: str, text: str) -> int:
    """The length of the longest run of the caption's characters that stands in ``text``."""
    longest = 0
    for start in range(len(caption)):
        while start + longest < len(caption) and caption[start : start + longest + 1] in text:
            longest += 1
    return longest
