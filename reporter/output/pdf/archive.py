"""What PDF/A-3a asks for beside tags and metadata."""

from importlib.resources import files
from typing import Final

import pydyf

from reporter.output.pdf.engine import Sheets

_PROFILE: Final = "sRGB2014.icc"
_NAME: Final = "sRGB IEC61966-2.1"


def keep(sheets: Sheets) -> None:
    """Say what the colours mean, and leave pictures as they are."""
    pdf = sheets.pdf
    profile = pydyf.Stream(
        [files("weasyprint.pdf").joinpath(_PROFILE).read_bytes()],
        pydyf.Dictionary({"N": 3}),
        compress=True,
    )
    pdf.add_object(profile)
    intent = pydyf.Dictionary(
        {
            "Type": "/OutputIntent",
            "S": "/GTS_PDFA1",
            "OutputConditionIdentifier": pydyf.String(_NAME),
            "Info": pydyf.String(_NAME),
            "DestOutputProfile": profile.reference,
        }
    )
    pdf.catalog["OutputIntents"] = pydyf.Array([intent])
    for found in pdf.objects:
        if isinstance(found, pydyf.Stream) and "Interpolate" in found.extra:
            found.extra["Interpolate"] = "false"
