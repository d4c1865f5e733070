"""Parcels as bytes, as the ledger keeps them."""

import msgspec

from reporter.delivery.base import NotTaken, Parcel


def encode(parcel: Parcel) -> bytes:
    """The same bytes for the same parcel."""
    return msgspec.msgpack.encode(parcel)


def decode(body: bytes) -> Parcel:
    """The parcel of some bytes.

    Raises:
        NotTaken: they are no parcel of this version.
    """
    try:
        return msgspec.msgpack.decode(body, type=Parcel)  # type: ignore[no-any-return]
    except msgspec.MsgspecError as error:
        raise NotTaken(
            f"what is to be delivered cannot be read: {error}",
            retry=False,
            hint="was it written by a newer version of Reporter? update this one",
        ) from error
