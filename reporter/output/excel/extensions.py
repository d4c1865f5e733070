"""What openpyxl does not write of a sheet: links, even data bars, quiet warnings.

Each of them goes to its place in what stands after the rows; programs that do not know the
extensions of 2010 pass over them.
"""

import re
from typing import Final
from xml.sax.saxutils import quoteattr

from reporter.output.excel.sheet import DataBar, Sheet, quoted

_X14: Final = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
_XM: Final = "http://schemas.microsoft.com/office/excel/2006/main"
_IN_RULE: Final = "{B025F937-C7B1-47D3-B67F-A62EFF666E3E}"
_RULES: Final = "{78C0D931-6437-407d-A8EE-F0AAD7539E65}"
_BEFORE_LINKS: Final = re.compile(r"<printOptions|<pageMargins")
_BEFORE_IGNORED: Final = re.compile(r"<drawing|<legacyDrawing|<tableParts|</worksheet>")
_BAR_RULE_END: Final = "</dataBar></cfRule>"


def extended(tail: str, sheet: Sheet) -> str:
    """What stands after a sheet's rows, with everything of it in its place."""
    for number, _ in enumerate(sheet.bars, 1):
        tail = tail.replace(
            _BAR_RULE_END,
            f'</dataBar><extLst><ext xmlns:x14="{_X14}" uri="{_IN_RULE}">'
            f"<x14:id>{_bar_id(number)}</x14:id></ext></extLst></cfRule >",
            1,
        )
    tail = tail.replace("</cfRule >", "</cfRule>")
    if sheet.links:
        tail = _inserted(tail, _BEFORE_LINKS, _links(sheet))
    if sheet.texts_like_numbers:
        tail = _inserted(tail, _BEFORE_IGNORED, _ignored(sheet))
    if sheet.bars:
        tail = tail.replace("</worksheet>", f"<extLst>{_bars(sheet)}</extLst></worksheet>")
    return tail


def _inserted(tail: str, before: re.Pattern[str], text: str) -> str:
    found = before.search(tail)
    place = len(tail) if found is None else found.start()
    return tail[:place] + text + tail[place:]


def _links(sheet: Sheet) -> str:
    links = "".join(
        f'<hyperlink ref="{link.place}" location={quoteattr(f"{quoted(link.sheet)}!A1")}'
        f" display={quoteattr(link.sheet)}/>"
        for link in sheet.links
    )
    return f"<hyperlinks>{links}</hyperlinks>"


def _ignored(sheet: Sheet) -> str:
    """Texts like numbers are meant to be texts: no green corner says otherwise."""
    areas = " ".join(sheet.texts_like_numbers)
    return f'<ignoredErrors><ignoredError sqref="{areas}" numberStoredAsText="1"/></ignoredErrors>'


def _bar_id(number: int) -> str:
    return f"{{5B1D0000-0000-4000-8000-{number:012X}}}"


def _bars(sheet: Sheet) -> str:
    rules = "".join(_bar(number, bar) for number, bar in enumerate(sheet.bars, 1))
    return (
        f'<ext xmlns:x14="{_X14}" uri="{_RULES}"><x14:conditionalFormattings>'
        f"{rules}</x14:conditionalFormattings></ext>"
    )


def _bar(number: int, bar: DataBar) -> str:
    longest = (
        '<x14:cfvo type="autoMax"/>'
        if bar.greatest is None
        else f'<x14:cfvo type="num"><xm:f>{bar.greatest!r}</xm:f></x14:cfvo>'
    )
    return (
        f'<x14:conditionalFormatting xmlns:xm="{_XM}">'
        f'<x14:cfRule type="dataBar" id="{_bar_id(number)}">'
        '<x14:dataBar minLength="0" maxLength="100" gradient="0">'
        '<x14:cfvo type="num"><xm:f>0</xm:f></x14:cfvo>'
        f"{longest}"
        f'<x14:negativeFillColor rgb="FF{bar.colour}"/><x14:axisColor rgb="FF{bar.colour}"/>'
        f"</x14:dataBar></x14:cfRule><xm:sqref>{bar.area}</xm:sqref></x14:conditionalFormatting>"
    )
