"""Which texts are expressions, and which of those may be used."""

import pytest

from reporter.sources.calls.expressions import ExpressionError, columns_of, parsed


@pytest.mark.parametrize(
    "text",
    [
        "start",
        '"Call start"',
        "call.start",
        "'OUTBOUND'",
        "NULL",
        "CASE WHEN a = 1 THEN 'x' WHEN b IS NOT NULL THEN 'y' ELSE lower(c) END",
        "CASE a WHEN 1 THEN 2 END",
        "coalesce(nullif(trim(a), ''), b, 'none')",
        "CAST(a AS DECIMAL(10, 2)) * 1000 // 7 % 3 - -b",
        "TRY_CAST(a AS TIMESTAMPTZ)",
        "date_diff('millisecond', a, b)",
        "date_trunc('day', a) + INTERVAL 1 HOUR",
        "epoch_ms(a)",
        "to_timestamp(a)",
        "strptime(a, '%d.%m.%Y')",
        "try_strptime(a, '%d.%m.%Y')",
        "a IN ('x', 'y') AND NOT b BETWEEN 1 AND 2 OR c LIKE 'x%' OR d ILIKE 'y'",
        "regexp_extract(a, '(\\d+)', 1) || regexp_replace(b, 'x', 'y')",
        "split_part(a, '-', 1)",
        "a ->> '$.b.c[0]'",
        "json_extract_string(a, '$.x')",
        "a['b']",
        "extract(hour FROM a)",
        "greatest(abs(a), round(b, 2))",
        "a AT TIME ZONE 'UTC'",
        "substr(a, 1, 3) = left(b, 3)",
        "if(a, 1, 2)",
        "a IS NOT DISTINCT FROM b",
    ],
)
def test_what_may_be_used(text: str) -> None:
    parsed(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it is not one SQL expression"),
        ("a b c", "it is not an SQL expression"),
        ("a +", "it is not an SQL expression"),
        ("'open", "it is not an SQL expression"),
        ("a; b", "it is not one SQL expression"),
        ("a; DROP TABLE x", "it is not one SQL expression"),
        ("a, b", "it is not one SQL expression"),
        ("a FROM b", "it is not one SQL expression"),
        ("DISTINCT a", "it is not one SQL expression"),
        ("a UNION SELECT b", "it is not one SQL expression"),
        ("DROP TABLE x", "it is not an SQL expression"),
        ("COPY x TO 'y'", "it is not an SQL expression"),
        ("SELECT 1", "it is not an SQL expression"),
        ("(SELECT 1)", "a query may not be used"),
        ("(WITH x AS (SELECT 1) SELECT * FROM x)", "a query may not be used"),
        ("a IN (SELECT 1)", "IN takes a list of values"),
        ("EXISTS(SELECT 1)", "the function exists may not be used"),
        ("a = ANY(SELECT 1)", "'any' may not be used"),
        ("count(*)", "the function count may not be used"),
        ("sum(a)", "the function sum may not be used"),
        ("max(a)", "the function max may not be used"),
        ("row_number() OVER ()", "'window' may not be used"),
        ("*", "'star' may not be used"),
        ("COLUMNS('.*')", "the function columns may not be used"),
        ("a AS b", "'alias' may not be used"),
        ("?", "'placeholder' may not be used"),
        ("$1", "'placeholder' may not be used"),
        ("read_text('/etc/passwd')", "the function read_text may not be used"),
        ("read_csv('/etc/passwd')", "the function read_csv may not be used"),
        ("glob('*')", "the function glob may not be used"),
        ("getenv('HOME')", "the function getenv may not be used"),
        ("current_setting('threads')", "the function current_setting may not be used"),
        ("query('SELECT 1')", "the function query may not be used"),
        ("nextval('s')", "the function nextval may not be used"),
        ("now()", "the function now may not be used"),
        ("current_date", "the function current_date may not be used"),
        ("random()", "the function rand may not be used"),
        ("uuid()", "the function uuid may not be used"),
        ("list_transform([1], x -> x)", "the function transform may not be used"),
        ("error('x')", "the function error may not be used"),
        ("main.getenv('HOME')", "the function getenv may not be used"),
        ("repeat('x', 1000000000)", "the function repeat may not be used"),
        ("a COLLATE nocase", "the function collate may not be used"),
        ("(" * 5000 + "a" + ")" * 5000, "it is not an SQL expression"),
        ("a" + " + a" * 3000, "it is too long"),
    ],
)
def test_what_may_not_be_used(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parsed(text)
    assert str(caught.value) == message


def test_columns_of_an_expression() -> None:
    assert columns_of(parsed('coalesce(a.b, "C d", a.x, lower(e))')) == ("a", "C d", "e")


def test_comments_are_dropped() -> None:
    assert parsed("a /* x */ + b -- y").sql("duckdb") == "a + b"
