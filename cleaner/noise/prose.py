"""What is running text, whatever a model says: sentences of a story, but no readers' remarks."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from cleaner.noise.clues import Repeated
from cleaner.noise.findings import CODE, Findings
from cleaner.noise.layout import Layout, next_to, window_sum
from cleaner.text.lines import Lines
from cleaner.text.shape import Shape

Flags = NDArray[np.bool_]

REMARK_LETTERS = 80
"""A longer text is a reader's remark only between two marks of comments: below the last one the
next story may begin. For standing on the page twice it is one only word for word: bulletins do,
numbers aside."""

FLOWING = (80, 3)
"""Letters and clause marks of a line that is running text even without a full stop."""

BRIEF = 12
"""Letters of the shortest sentence, with a mark inside, that is running text by itself."""

CODE_LINE = re.compile(
    r"\.[a-z_]{2,30}\(|[a-z0-9_]\((?:\)|[\"'])|^ {2,}[a-z_]{2,30}\([a-z0-9_, ]{1,60}\)$"
    r"|[a-z0-9_\])\"'] ?[+*]?={1,2} ?[a-z0-9_\"'\[({]|[;{]$|^ {0,40}[})\]][ ;,)]{0,4}$"
    r"|^ {0,40}(?:for|while|if|elif|else|def|class|try|with)\b.{0,80}:$"
)
"""What a line of program text has (reading form): a call, an assignment, a block. In articles on
programming such lines stand between the sentences. (On 90 web pages no line that goes has it: what
scripts leave behind is named by the rule for markup.)"""


def running_text(
    lines: Lines,
    shape: Shape,
    layout: Layout,
    found: Findings,
    repeated: Repeated,
    full_stop: Flags,
) -> Flags:
    """Lines of running text, readers' remarks aside (bool[n]).

    ``full_stop`` (bool[n]) marks lines that hold one. Text is what the layout takes for it and
    has a full stop, a brief sentence, a long line with commas, program text, and the short
    sentence right below one of them: the last of its story.
    """
    letters, clauses = shape.letters[layout.seen], shape.clauses[layout.seen]
    ended = shape.ended[layout.seen]
    flows = (letters >= FLOWING[0]) & (clauses >= FLOWING[1])
    brief = ended & full_stop & (clauses > 0) & (letters >= BRIEF)
    text: Flags = (layout.body & full_stop) | flows | brief
    text &= ~_remarks(lines, shape, layout, found, repeated)
    text |= _program_text(lines, shape, layout)
    _, below = next_to(layout, text)
    return text | (below & ended)


def _program_text(lines: Lines, shape: Shape, layout: Layout) -> Flags:
    """Lines without a Chinese character that look like program text (bool[n])."""
    latin, han = shape.latin[layout.seen], shape.han[layout.seen]
    code: Flags = (latin >= 2) & (han == 0)
    for place in np.flatnonzero(code).tolist():
        code[place] = CODE_LINE.search(lines.reading_of(layout.seen[place]).rstrip()) is not None
    return code


def _remarks(
    lines: Lines, shape: Shape, layout: Layout, found: Findings, repeated: Repeated
) -> Flags:
    """Lines between the marks of comments, and lines that stand on the page twice (bool[n])."""
    comment = (found.label[layout.seen] == CODE["comment"]) & (found.rule[layout.seen] >= 0)
    above, below = window_sum(layout, comment, -2, -1) > 0, window_sum(layout, comment, 1, 2) > 0
    _, under = next_to(layout, comment)
    short = shape.letters[layout.seen] <= REMARK_LETTERS
    remark: Flags = (above & below) | ((under | below | repeated.twice) & short)
    return remark | _verbatim(lines, layout, repeated.twice & ~short)


def _verbatim(lines: Lines, layout: Layout, long: Flags) -> Flags:
    """Of the lines ``long``, those that stand on their page twice to the letter (bool[n])."""
    places = np.flatnonzero(long).tolist()
    said = [(int(layout.page[i]), lines.reading_of(layout.seen[i]).strip()) for i in places]
    times = Counter(said)
    twice = np.zeros(len(layout), dtype=bool)
    twice[[i for i, one in zip(places, said, strict=True) if times[one] > 1]] = True
    return twice
