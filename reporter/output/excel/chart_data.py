"""The data of a chart as a table: what its native chart is drawn from."""

import msgspec

from reporter.document.model import ChartBlock, TableBlock
from reporter.output.tabular import chart_table


def data_of(block: ChartBlock) -> TableBlock:
    """The table that every output has of a chart, with its annotations under it."""
    table = chart_table(block)
    marks = (f"{mark.date}: {mark.label}" for mark in block.marks)
    return msgspec.structs.replace(table, notes=(*marks, *table.notes))
