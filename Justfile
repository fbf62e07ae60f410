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

# writes into README and docs/ what the program prints now
readme:
    python docs/commands.py
    python tests/readme_refresh.py

# the documentation as a site, in site/; a warning is an error
docs:
    mkdocs build --strict

# which lines and branches of a room its tests take, such as `just cover text`
cover ROOM:
    pytest -n0 --cov=cleaner/{{ROOM}} --cov-branch --cov-report=term-missing:skip-covered tests/{{ROOM}}

# which branches of all the rooms all the tests take
coverage:
    pytest --cov=cleaner --cov-branch --cov-report=term-missing:skip-covered --cov-fail-under=95

# every figure that is claimed, in one run, written into benchmarks/RESULTS.md
benchmarks PEERS:
    python -m benchmarks --peers {{PEERS}}

# the figures of one room, beside other systems where they are installed
benchmark ROOM:
    python -m benchmarks.{{ROOM}}
