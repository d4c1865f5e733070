"""A query's conditions as SQL over the records."""

import msgspec
from sqlglot import exp

from reporter.catalog.model import Buckets, Filter, FilterKind, Named
from reporter.data.table import Kind
from reporter.errors import SourceError
from reporter.plan.model import Condition, InSpans, OfAccounts, OneOf, OneOfPairs, Query, Scalar
from reporter.sources.calls import sql
from reporter.sources.calls.accounts import AccountTree
from reporter.sources.calls.expressions import columns_of
from reporter.sources.calls.vocabulary import Vocabulary
from reporter.words import said


class Accounts(msgspec.Struct, frozen=True):
    """What a source knows of accounts.

    Attributes:
        own: the account answered for where none is asked; None for all.
        tree: None where the source has no accounts file.
    """

    own: str | None = None
    tree: AccountTree | None = None


def conditions_of(query: Query, words: Vocabulary, accounts: Accounts) -> tuple[exp.Expr, ...]:
    """What a query's conditions, and the source's own account, demand of a record.

    Raises:
        SourceError: the source lacks a column that a condition needs, or the accounts file.
    """
    found = [
        _condition(condition, words, accounts) for condition in _settled(query, words, accounts)
    ]
    return tuple(condition for condition in found if condition is not None)


def _settled(query: Query, words: Vocabulary, accounts: Accounts) -> tuple[Condition, ...]:
    """The query's conditions, with one for the source's own account where none is asked."""
    if accounts.own is None:
        return query.conditions
    of_accounts = [c for c in query.conditions if isinstance(c, OfAccounts)]
    if any(c.keys for c in of_accounts):
        return query.conditions
    below = any(c.with_subaccounts for c in of_accounts)
    own = OfAccounts(_accounts_filter(words), (accounts.own,), below)
    return (own, *(c for c in query.conditions if not isinstance(c, OfAccounts)))


def _condition(condition: Condition, words: Vocabulary, accounts: Accounts) -> exp.Expr | None:
    match condition:
        case OneOf(known, values):
            return sql.one_of(_operand(known, words), [_typed(known, v) for v in values])
        case OfAccounts(known, keys, with_subaccounts):
            if not keys:
                return None
            if with_subaccounts:
                keys = _tree(words, accounts).with_all_below(keys)
            return sql.one_of(_operand(known, words), keys)
        case InSpans():
            return _in_spans(condition, words)
        case OneOfPairs():
            return _one_of_pairs(condition, words)


def _operand(known: Filter, words: Vocabulary) -> exp.Expr:
    if known.expression is None and known.dimension is not None:
        raise _reported_only(known, words)
    if known.expression is None:
        raise TypeError(f"the filter {known.name} compares nothing")
    return _available(known.expression, known, words)


def _available(text: str, known: Filter, words: Vocabulary) -> exp.Expr:
    whose = f"the filter {known.name}"
    reason = words.why_not(columns_of(words.parsed(text, whose)))
    if reason is not None:
        raise SourceError(
            words.source,
            f"the filter {known.name} cannot be applied: {reason}",
            hint="map the column in the project file, or leave the filter out",
        )
    return words.expression(text, whose)


def _reported_only(known: Filter, words: Vocabulary) -> SourceError:
    reason = said("reported_only", source=words.source)
    return SourceError(
        words.source,
        f"the filter {known.name} cannot be applied: {reason}",
        hint="ask a source of type metrics_api, or leave the filter out",
    )


def _typed(known: Filter, value: Scalar) -> Scalar:
    return int(value) if known.type is Kind.INTEGER else str(value)


def _in_spans(condition: InSpans, words: Vocabulary) -> exp.Expr:
    definition = condition.dimension.definition
    if isinstance(definition, Named):
        raise _reported_only(condition.filter, words)
    if not isinstance(definition, Buckets):
        raise TypeError(f"{condition.dimension.name} has no buckets")
    bounds = {bucket.name: bucket.since for bucket in definition.buckets}
    first = definition.buckets[0].since
    value = _available(definition.expression, condition.filter, words)
    spans = []
    for span in condition.spans:
        since = first if span.since is None else bounds[span.since]
        ends = [sql.at_least(value, sql.whole(since))]
        if span.until is not None:
            ends.append(sql.below(value, sql.whole(bounds[span.until])))
        spans.append(sql.all_of(ends))
    return sql.any_of(spans)


def _one_of_pairs(condition: OneOfPairs, words: Vocabulary) -> exp.Expr:
    known = condition.filter
    operands = {key.name: _available(key.expression, known, words) for key in known.keys}
    return sql.any_of(
        sql.all_of(sql.one_of(operands[name], (value,)) for name, value in pair)
        for pair in condition.pairs
    )


def _tree(words: Vocabulary, accounts: Accounts) -> AccountTree:
    if accounts.tree is None:
        raise SourceError(
            words.source,
            "sub-accounts are asked for, but the source does not know which they are",
            hint="name a file with account_key and parent_key under `accounts:`",
        )
    return accounts.tree


def _accounts_filter(words: Vocabulary) -> Filter:
    for known in words.catalog.filters:
        if known.kind is FilterKind.ACCOUNTS:
            return known
    raise SourceError(
        words.source,
        f"`account:` is set, but the catalog {words.catalog.name!r} has no filter of accounts",
        hint="remove `account:`",
    )
