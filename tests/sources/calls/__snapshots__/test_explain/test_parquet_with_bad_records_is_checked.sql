WITH mapped AS (
  SELECT
    file."sent_at" AS sent_at,
    file."direction" AS direction,
    file."country_name" AS country_name,
    file."answered_at" AS answered_at,
    file."ended_at" AS ended_at,
    CAST(NULL AS DOUBLE) AS billed_seconds
  FROM READ_PARQUET('PROJECT/*.parquet', union_by_name = TRUE) AS file
  WHERE
    file."sent_at" >= CAST('2026-10-01 00:00:00' AS TIMESTAMP)
    AND file."sent_at" < CAST('2026-11-01 00:00:00' AS TIMESTAMP)
), typed AS (
  SELECT
    DATE_TRUNC('MILLISECOND', mapped.sent_at) AS sent_at,
    NULLIF(mapped.direction, '') AS direction,
    NULLIF(mapped.country_name, '') AS country_name,
    DATE_TRUNC('MILLISECOND', mapped.answered_at) AS answered_at,
    DATE_TRUNC('MILLISECOND', mapped.ended_at) AS ended_at,
    mapped.billed_seconds AS billed_seconds
  FROM mapped
), records AS (
  SELECT
    *
  FROM typed
  WHERE
    NOT typed.sent_at IS NULL
    AND COALESCE(typed.direction IN ('OUTBOUND', 'INBOUND'), TRUE)
    AND COALESCE(NOT typed.direction IS NULL, TRUE)
    AND COALESCE(typed.answered_at >= typed.sent_at, TRUE)
    AND COALESCE(typed.ended_at >= typed.answered_at, TRUE)
    AND COALESCE(typed.billed_seconds >= 0, TRUE)
)
SELECT
  CAST(records.country_name AS TEXT) AS "COUNTRY_NAME",
  COUNT(*) AS "TOTAL_CALL_COUNT"
FROM records
WHERE
  records.sent_at >= CAST('2026-10-01 00:00:00' AS TIMESTAMP)
  AND records.sent_at < CAST('2026-11-01 00:00:00' AS TIMESTAMP)
GROUP BY
  1;
