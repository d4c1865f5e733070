"""Secrets that sign messages, in the form of Standard Webhooks: ``whsec_`` and base64."""

import base64
import binascii
from typing import Final

PREFIX: Final = "whsec_"
_SHORTEST: Final = 24
_LONGEST: Final = 64


def signing_key(secret: str) -> bytes:
    """The key that a secret stands for.

    Raises:
        ValueError: it stands for none; says why, without it.
    """
    if not secret.startswith(PREFIX):
        raise ValueError(f"it does not begin with {PREFIX}")
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError(f"what follows {PREFIX} is no base64") from None
    if not _SHORTEST <= len(key) <= _LONGEST:
        raise ValueError(
            f"it stands for {len(key)} bytes, and must stand for {_SHORTEST} to {_LONGEST}"
        )
    return key
