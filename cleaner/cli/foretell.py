"""What ``cleaner run --dry-run`` prints: what would be read, and what would be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cleaner.cli.sizes import as_megabytes
from cleaner.cli.talk import counted

if TYPE_CHECKING:
    from cleaner.engines.local import Plan


def foretell(plan: Plan) -> None:
    """Prints on stdout what a run would do."""
    from cleaner.engines.finish import OUTPUTS
    from cleaner.engines.forecast import OUT_SHARE, WORK_SHARE, forecast
    from cleaner.engines.seen import KNOWN

    told = forecast(plan)
    if told.finished:
        click.echo(f"{plan.out}: the run is finished; there is nothing left to do")
        return
    click.echo(f"would read {counted(sum(kind.files for kind in told.kinds), 'file')}:")
    for kind in told.kinds:
        name = f"{kind.format}, {kind.compression}" if kind.compression else kind.format
        pages = "pages not counted" if kind.pages is None else counted(kind.pages, "page")
        files = counted(kind.files, "file")
        click.echo(f"  {name:16s}{files:>16s}{as_megabytes(kind.size):>16s}   {pages}")
    done = f" ({told.done:,} of them finished)" if told.done else ""
    workers = counted(told.jobs, "worker process", "worker processes")
    click.echo(
        f"in {counted(told.shards, 'shard')}{done}, with {workers}, "
        f"pages of at most {as_megabytes(told.largest_page)}"
    )
    without = set() if plan.matching.against else {KNOWN}
    click.echo(f"would write into {plan.out}: {', '.join(sorted(OUTPUTS - without))}")
    size, meanwhile = as_megabytes(OUT_SHARE * told.size), as_megabytes(WORK_SHARE * told.size)
    free = as_megabytes(told.free)
    click.echo(f"about {size}, and {meanwhile} while it runs; {free} are free there")
