"""What is handed over, byte by byte as it was when the edition was made."""

import hashlib
import sqlite3

from reporter.ledger.database import Ledger


def keep_parcel(connection: sqlite3.Connection, body: bytes) -> str:
    """Write down what is handed over, once, inside a transaction; its digest.

    The deliveries that need it are planned in the same transaction: what nobody needs is
    forgotten.
    """
    digest = hashlib.sha256(body).hexdigest()
    connection.execute("INSERT OR IGNORE INTO parcels VALUES (?, ?)", (digest, body))
    return digest


def parcel(ledger: Ledger, digest: str) -> bytes | None:
    """What is handed over; None once it is forgotten.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    with ledger.transaction() as connection:
        row = connection.execute("SELECT body FROM parcels WHERE id = ?", (digest,)).fetchone()
    return None if row is None else bytes(row["body"])
