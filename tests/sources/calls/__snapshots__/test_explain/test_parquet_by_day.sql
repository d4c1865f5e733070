WITH mapped AS (
  SELECT
    file."sent_at" AS sent_at,
    file."direction" AS direction,
    file."answered_at" AS answered_at,
    file."ended_at" AS ended_at,
    CAST(NULL AS DOUBLE) AS billed_seconds
  FROM READ_PARQUET('PROJECT/*.parquet', union_by_name = TRUE) AS file
  WHERE
    file."sent_at" >= CAST('2026-09-30 22:00:00' AS TIMESTAMP)
    AND file."sent_at" < CAST('2026-10-31 23:00:00' AS TIMESTAMP)
), records AS (
  SELECT
    DATE_TRUNC('MILLISECOND', mapped.sent_at) AS sent_at,
    NULLIF(mapped.direction, '') AS direction,
    DATE_TRUNC('MILLISECOND', mapped.answered_at) AS answered_at,
    DATE_TRUNC('MILLISECOND', mapped.ended_at) AS ended_at,
    mapped.billed_seconds AS billed_seconds
  FROM mapped
)
SELECT
  CAST(DATE_TRUNC(
    'DAY',
    records.sent_at + CASE
      WHEN records.sent_at < CAST('2026-10-25 01:00:00' AS TIMESTAMP)
      THEN INTERVAL '7200' SECOND
      ELSE INTERVAL '3600' SECOND
    END
  ) AS DATE) AS "DAY",
  COUNT(*) FILTER(WHERE
    records.direction = 'OUTBOUND' AND NOT records.answered_at IS NULL) AS "OUTBOUND_ANSWERED_CALL_COUNT",
  COUNT(*) FILTER(WHERE
    records.direction = 'OUTBOUND') AS "TOTAL_ATTEMPTED_CALL_COUNT",
  COALESCE(
    SUM(
      CAST(COALESCE(
        ROUND(records.billed_seconds * 1000),
        DATE_DIFF('MILLISECOND', records.answered_at, records.ended_at),
        0
      ) AS BIGINT)
    ) FILTER(WHERE
      NOT records.answered_at IS NULL),
    0
  ) AS "CALL_DURATION_MILLISECONDS"
FROM records
WHERE
  records.sent_at >= CAST('2026-09-30 22:00:00' AS TIMESTAMP)
  AND records.sent_at < CAST('2026-10-31 23:00:00' AS TIMESTAMP)
GROUP BY
  1;
