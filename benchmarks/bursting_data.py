"""The data of a burst and of single reports in one process; prints JSON for ``bursting.py``.

Run: python benchmarks/bursting_data.py FOLDER KEY...
"""

import asyncio
import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from processes import MEMORY_UNIT, Took

from reporter import settings, wiring
from reporter.data.answer import Answer
from reporter.pipeline import Tools, ask
from reporter.plan.preparation import Request
from reporter.portions import Asked, portions
from reporter.settings import Project
from reporter.sources.calls.duckdb_engine import Engine

AS_OF = "2026-11-01"


class Counted:
    """What something took, and how many statements the engine was given."""

    def __init__(self) -> None:
        self.statements = 0
        self.took = Took(0, 0, 0)

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Count what happens inside."""
        plain = Engine.run

        def counting(engine, statement):  # noqa: ANN001, ANN202 - as it is
            self.statements += 1
            return plain(engine, statement)

        Engine.run = counting  # type: ignore[method-assign]
        begun = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            Engine.run = plain  # type: ignore[method-assign]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEMORY_UNIT
        self.took = Took(time.perf_counter() - begun[0], time.process_time() - begun[1], peak)

    def said(self) -> dict[str, object]:
        """For JSON."""
        return {"took": asdict(self.took), "statements": self.statements}


def main(folder: Path, keys: list[str]) -> None:
    """Ask once for all and once for each key, and compare what was answered."""
    project, _ = settings.load_project(folder / "reporter.yaml")
    if project is None:
        raise SystemExit(f"{folder}/reporter.yaml is wrong")
    asked(folder / "single.yaml", project, keys[0])  # imports the engine
    burst, singles = Counted(), Counted()
    with burst():
        whole = portions(asked(folder / "burst.yaml", project))
        slices = {value.value: one.answers for value, one in zip(whole.values, whole, strict=True)}
    with singles():
        alone = {key: asked(folder / "single.yaml", project, key).answers for key in keys}
    for key in keys:
        if not same(slices[key], alone[key]):
            raise SystemExit(f"{key}: its slice is not what a filter finds")
    print(json.dumps({"burst": burst.said(), "singles": singles.said()}))


def asked(spec: Path, project: Project, key: str | None = None) -> Asked:
    """The answers to a report, of one account or of all."""
    filters = () if key is None else (("accountKeys", key),)
    request = Request(now=datetime.now(UTC), as_of=AS_OF, filters=filters)
    tools = Tools(wiring.open_source, wiring.RENDERERS)
    return asyncio.run(ask(spec, project, request, tools, progress=lambda _: None))


def same(some: tuple[Answer, ...], others: tuple[Answer, ...]) -> bool:
    """Whether the tables are the same; their rows are in no order."""
    return len(some) == len(others) and all(
        one.table.columns == other.table.columns
        and sorted(map(repr, one.table.rows)) == sorted(map(repr, other.table.rows))
        for one, other in zip(some, others, strict=True)
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
