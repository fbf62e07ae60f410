# One command for each thing a contributor does; `just` alone does all that CI does.

# tests, lint, types
default: test lint

# the tests, on all cores
test:
    pytest

# lint, format, types
lint:
    ruff check .
    ruff format --check .
    mypy --strict cleaner

# writes into the README what its commands print now
readme:
    python tests/readme_refresh.py

# every figure that is claimed, beside other systems where they are installed
benchmark ROOM:
    python -m benchmarks.{{ROOM}}
