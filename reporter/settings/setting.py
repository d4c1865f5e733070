"""What all parts of the project file have in common."""

from typing import Annotated

import msgspec
from msgspec import Meta


class Setting(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """Camel-case keys, no unknown ones."""


Secret = Annotated[
    str,
    Meta(
        title="Secret",
        description="By reference, so that it stands in no file under version control.",
        examples=["${env:METRICS_API_KEY}"],
    ),
]
