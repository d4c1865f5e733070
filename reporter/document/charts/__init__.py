"""Chart blocks: the places along the axes, the series, shares, marks and summaries."""

from reporter.document.charts.block import chart_block

__all__ = ["chart_block"]
