"""The monthly review stage by stage in one process; prints JSON for ``monthly_review.py``.

Run: python benchmarks/review_stages.py PROJECT OUT
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

from processes import MEMORY_UNIT, ROOT, Took

started = time.perf_counter(), time.process_time()

from reporter import __version__, settings, wiring  # noqa: E402 - importing is a stage
from reporter.artifacts import publish  # noqa: E402 - likewise
from reporter.document.compose import compose  # noqa: E402 - likewise
from reporter.output.base import Branding  # noqa: E402 - likewise
from reporter.plan.planner import assign, build_plan  # noqa: E402 - likewise
from reporter.plan.preparation import Request, narrowings, prepare  # noqa: E402 - likewise
from reporter.settings import themed  # noqa: E402 - likewise

SPEC = ROOT / "report_specs" / "monthly-voice-review.yaml"
AS_OF = "2026-11-01"


class Stages:
    """What each stage took; of memory, the process's peak so far."""

    def __init__(self) -> None:
        self.taken: dict[str, Took] = {}

    def since(self, seconds: float, cpu: float, name: str) -> None:
        """Note a stage that began then and ends now."""
        self.taken[name] = Took(
            time.perf_counter() - seconds,
            time.process_time() - cpu,
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEMORY_UNIT,
        )

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Time what happens inside."""
        begun = time.perf_counter(), time.process_time()
        yield
        self.since(*begun, name)


def main(project_file: Path, out: Path) -> None:
    """Make the report once and print what each stage took."""
    stage = Stages()
    stage.since(*started, "import")
    with stage("load, check, plan"):
        project, _ = settings.load_project(project_file)
        if project is None:
            raise SystemExit(f"{project_file} is wrong")
        prepared = prepare(SPEC, project, Request(now=datetime.now(UTC), as_of=AS_OF))
    edition, catalogs = prepared.edition, prepared.catalogs
    with stage("the plan alone, again"):
        plan = build_plan(edition, catalogs)
    with stage("import the engine"):
        source = wiring.open_source(project, edition.source, prepared.catalog)
    with stage("fetch"):
        answers = asyncio.run(source.fetch(plan.queries))
    with stage("compose"):
        document = compose(
            edition,
            assign(plan, answers),
            words=prepared.words,
            filters=narrowings(prepared),
            spec_commit=None,
            version=__version__,
            stamp=edition.interval.until,
        )
    branding = Branding(themed(project.file.theme, edition.spec.theme), project.folder)
    for name, renderer in wiring.RENDERERS.items():
        with stage(f"render {name}"):
            publish(renderer(edition.spec).render(document, "review", branding), out)
    print(json.dumps({name: asdict(took) for name, took in stage.taken.items()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
