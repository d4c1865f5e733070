"""Excel workbooks: a cover, one sheet per block with numbers, where the numbers come from."""

from reporter.output.excel.renderer import ExcelRenderer

__all__ = ["ExcelRenderer"]
