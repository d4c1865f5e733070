"""What happens where a drawn table would not look like a typeset one."""


class UnlikeError(Exception):
    """A table has something that cannot be drawn as the layout engine would; the reason is why.

    It never leaves this room: such a table is typeset in the usual way.

    Args:
        reason: what the table has, to follow "because".
        table: its name, where several are looked at.
    """

    def __init__(self, reason: str, table: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.table = table
