"""One pass over a saved workbook that makes its bytes depend on its content alone.

openpyxl stamps the time of the run into the document properties and into every entry of the
zip file; both become the report's own date.
"""

import io
import re
import zipfile
from datetime import UTC, datetime
from typing import Final

_EARLIEST: Final = datetime(1980, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2107, 12, 31, tzinfo=UTC)
"""The zip format knows no earlier date, and no later one."""

_MODIFIED: Final = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def pinned(content: bytes, stamp: datetime) -> bytes:
    """The same workbook with every date inside it set to ``stamp``."""
    moment = stamp.astimezone(UTC)
    zipped = min(max(moment, _EARLIEST), _LATEST)
    text = moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as pack,
    ):
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                data = _MODIFIED.sub(rb"\g<1>" + text + rb"\g<2>", data)
            entry = zipfile.ZipInfo(name, date_time=zipped.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            pack.writestr(entry, data)
    return target.getvalue()
