WITH mapped AS (
  SELECT
    file."sent_at" AS sent_at,
    file."direction" AS direction,
    file."network_id" AS network_id,
    file."application_id" AS application_id,
    file."entity_id" AS entity_id,
    file."answered_at" AS answered_at
  FROM READ_PARQUET('PROJECT/calls.parquet', union_by_name = TRUE) AS file
  WHERE
    file."sent_at" >= CAST('2026-10-01 00:00:00' AS TIMESTAMP)
    AND file."sent_at" < CAST('2026-11-01 00:00:00' AS TIMESTAMP)
), records AS (
  SELECT
    DATE_TRUNC('MILLISECOND', mapped.sent_at) AS sent_at,
    NULLIF(mapped.direction, '') AS direction,
    CAST(mapped.network_id AS BIGINT) AS network_id,
    NULLIF(mapped.application_id, '') AS application_id,
    NULLIF(mapped.entity_id, '') AS entity_id,
    DATE_TRUNC('MILLISECOND', mapped.answered_at) AS answered_at
  FROM mapped
)
SELECT
  COUNT(*) AS "TOTAL_CALL_COUNT"
FROM records
WHERE
  (
    records.sent_at >= CAST('2026-10-01 00:00:00' AS TIMESTAMP)
    AND records.sent_at < CAST('2026-11-01 00:00:00' AS TIMESTAMP)
  )
  AND records.network_id IN (7, 8)
  AND records.direction = 'OUTBOUND'
  AND (
    (
      DATE_DIFF('MILLISECOND', records.sent_at, records.answered_at) >= 0
      AND DATE_DIFF('MILLISECOND', records.sent_at, records.answered_at) < 5000
    )
    OR DATE_DIFF('MILLISECOND', records.sent_at, records.answered_at) >= 86400000
  )
  AND (
    (
      records.application_id = 'it''s' AND records.entity_id = 'q'
    )
    OR records.entity_id = 'r'
  );
