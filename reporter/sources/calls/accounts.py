"""The tree of accounts: who stands below whom."""

from collections.abc import Iterable

import msgspec


class AccountTree(msgspec.Struct, frozen=True):
    """Children by parent. A ring of accounts is walked once round."""

    children: dict[str, tuple[str, ...]]

    def with_all_below(self, keys: Iterable[str]) -> tuple[str, ...]:
        """The accounts and everything below them, sorted."""
        found: set[str] = set()
        waiting = list(keys)
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting.extend(self.children.get(key, ()))
        return tuple(sorted(found))


def account_tree(parents: Iterable[tuple[str, str | None]]) -> AccountTree:
    """The tree of pairs of an account and the one above it, which may be none."""
    children: dict[str, list[str]] = {}
    for key, parent in parents:
        if parent is not None:
            children.setdefault(parent, []).append(key)
    return AccountTree({parent: tuple(keys) for parent, keys in children.items()})
