"""What happens where a drawn table would not look like a typeset one."""


class UnlikeError(Exception):
    """A table has something that cannot be drawn as the layout engine would; the reason is why.

    It never leaves this room: such a table is typeset in the usual way.
    """

    @property
    def reason(self) -> str:
        """What the table has, to follow "because"."""
        return str(self.args[0])
