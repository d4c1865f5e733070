"""What the dimensions of a catalog file must fulfil."""

from collections.abc import Iterator
from itertools import pairwise

from reporter.catalog.file import BucketsEntry, CatalogFile
from reporter.catalog.problem import Problem, exactly_one, left_out, taken
from reporter.diagnostics import Path


def dimension_problems(file: CatalogFile) -> Iterator[Problem]:
    """Everything that is wrong with the dimensions."""
    for name, entry in file.dimensions.items():
        path = ("dimensions", name)
        yield from exactly_one(entry, ("expression", "grain", "buckets", "reported"), path)
        if entry.buckets is not None:
            yield from _buckets(entry.buckets, (*path, "buckets", "bounds"))
        if entry.expression is None and not entry.reported:
            because = "only a dimension with an expression, or a reported one, has it"
            yield from left_out(entry, ("kind", "members"), path, because)


def _buckets(entry: BucketsEntry, path: Path) -> Iterator[Problem]:
    names: set[str] = set()
    for index, bucket in enumerate(entry.bounds):
        yield from taken(bucket.name, names, (*path, index, "name"))
    for index, (lower, upper) in enumerate(pairwise(entry.bounds), start=1):
        if upper.since <= lower.since:
            yield Problem(
                code="bucket-order",
                path=(*path, index, "since"),
                message=f"the bucket {upper.name} does not begin after {lower.name}",
                expected=f"more than {lower.since}",
                found=str(upper.since),
            )
