"""What every test may use: the real pages and data beside the checkout, where there are any."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real pages and gold labels; skips the test where it does not exist."""
    folder = Path(__file__).parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("no real pages beside this checkout")
    return folder
