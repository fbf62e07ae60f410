"""What every test may use: the real pages and data beside the checkout, where there are any."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No clock decides a test: machines are shared and slow at times. CI draws the same examples each
# time, so that what lands does not depend on luck.
settings.register_profile(
    "steady",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real pages and gold labels; skips the test where it does not exist."""
    folder = Path(__file__).parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("no real pages beside this checkout")
    return folder
