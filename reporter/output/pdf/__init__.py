"""The PDF report: the same templates laid out on pages, tagged, with everything embedded."""

from reporter.output.pdf.renderer import PdfRenderer

__all__ = ["PdfRenderer"]
