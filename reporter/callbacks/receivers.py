"""Which receiver a source has."""

from reporter.callbacks.base import Receiver
from reporter.callbacks.body import MIB, Limits
from reporter.callbacks.listener import Listener
from reporter.callbacks.relay_client import RelayClient
from reporter.errors import UserError
from reporter.ledger import Ledger
from reporter.settings import Callback


def receiver_for(settings: Callback, ledger: Ledger) -> Receiver:
    """The receiver that a source's settings describe: a relay, or a listener of the run's own.

    Args:
        settings: ``callback`` of a source.
        ledger: of the project; what a listener receives is kept in it.

    Raises:
        UserError: they describe none.
    """
    largest = settings.largest_result * MIB
    if settings.relay is not None and settings.secret is not None:
        return RelayClient(settings.relay, settings.secret, largest=largest)
    if settings.listen is not None and settings.public_url is not None:
        return Listener(
            settings.listen, settings.public_url, ledger, limits=Limits(largest=largest)
        )
    raise UserError(
        "`callback` does not say how results come here",
        hint="it needs `listen` and `publicUrl`, or `relay` and `secret`",
    )
