"""Table blocks: rows, heads, subtotals, pivots and conditional formats."""

from reporter.document.tables.block import table_block

__all__ = ["table_block"]
