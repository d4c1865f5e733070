"""How far the values of two sources may lie apart."""

from typing import Annotated

from msgspec import Meta

from reporter.spec.query import SpecPart


class Tolerance(SpecPart, frozen=True):
    """How far two values may lie apart; one bound that holds is enough, none means not at all."""

    relative: (
        Annotated[
            float,
            Meta(
                title="Relative",
                description="As a part of the report's own value: 0.005 is half a percent.",
                ge=0,
                examples=[0.005],
            ),
        ]
        | None
    ) = None
    absolute: (
        Annotated[
            float,
            Meta(
                title="Absolute",
                description="In the metric's own unit: calls, seconds. Not of percentages.",
                ge=0,
                examples=[5],
            ),
        ]
        | None
    ) = None
    points: (
        Annotated[
            float,
            Meta(
                title="Points",
                description="Of percentages: 0.001 is a tenth of a percent point.",
                ge=0,
                examples=[0.001],
            ),
        ]
        | None
    ) = None
