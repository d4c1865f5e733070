"""A workbook of the user's as a template: its names and native tables are filled.

The file is changed part by part and otherwise stays as it is, with its charts, pictures and
looks: openpyxl would drop what it does not know.
"""

from reporter.output.excel.template.fill import filled

__all__ = ["filled"]
