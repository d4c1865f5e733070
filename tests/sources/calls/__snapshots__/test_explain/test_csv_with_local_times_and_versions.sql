CREATE TEMPORARY TABLE checked AS
WITH mapped AS (
  SELECT
    file."id" AS call_id,
    file."start" AS sent_at,
    'OUTBOUND' AS direction,
    CASE CAST(file."network" AS TEXT)
      WHEN '7'
      THEN '70'
      ELSE CAST(file."network" AS TEXT)
    END AS network_id,
    CAST(NULL AS DOUBLE) AS billed_seconds,
    file.filename AS "record file",
    ROW_NUMBER() OVER () AS "record row"
  FROM READ_CSV(
    'PROJECT/cdr.csv',
    all_varchar = TRUE,
    header = FALSE,
    delim = ',',
    quote = '"',
    escape = '"',
    comment = '',
    skip = 0,
    nullstr = [''],
    auto_detect = FALSE,
    "columns" = {'id': 'VARCHAR', 'start': 'VARCHAR', 'network': 'VARCHAR'}
  ) AS file
), parsed AS (
  SELECT
    mapped.call_id,
    CASE
      WHEN REGEXP_MATCHES(mapped.sent_at, '^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}([.]\d+)?)?)?$')
      THEN TRY_CAST(mapped.sent_at AS TIMESTAMP)
    END AS sent_at,
    MAKE_TIMESTAMP(
      EPOCH_US(
        CASE
          WHEN REGEXP_MATCHES(
            mapped.sent_at,
            '^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}([.]\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)$'
          )
          THEN TRY_CAST(mapped.sent_at AS TIMESTAMPTZ)
        END
      )
    ) AS "sent_at with offset",
    NULLIF(mapped.sent_at, '') AS "sent_at as written",
    mapped.direction,
    CASE
      WHEN TRY_CAST(TRY_CAST(mapped.network_id AS DECIMAL(38, 9)) AS BIGINT) = TRY_CAST(mapped.network_id AS DECIMAL(38, 9))
      THEN TRY_CAST(TRY_CAST(mapped.network_id AS DECIMAL(38, 9)) AS BIGINT)
    END AS network_id,
    NULLIF(mapped.network_id, '') AS "network_id as written",
    mapped.billed_seconds,
    mapped."record file",
    mapped."record row"
  FROM mapped
), typed AS (
  SELECT
    NULLIF(parsed.call_id, '') AS call_id,
    DATE_TRUNC(
      'MILLISECOND',
      COALESCE(
        parsed."sent_at with offset",
        parsed.sent_at + CASE
          WHEN parsed.sent_at < CAST('2026-10-25 03:00:00' AS TIMESTAMP)
          THEN INTERVAL '-7200' SECOND
          ELSE INTERVAL '-3600' SECOND
        END
      )
    ) AS sent_at,
    NULLIF(parsed.direction, '') AS direction,
    parsed.network_id AS network_id,
    parsed.billed_seconds AS billed_seconds,
    parsed."sent_at as written",
    parsed."network_id as written",
    parsed."record file",
    parsed."record row"
  FROM parsed
), checked AS (
  SELECT
    *,
    CASE
      WHEN typed.sent_at IS NULL AND NOT typed."sent_at as written" IS NULL
      THEN 'sent_at cannot be read: ' || typed."sent_at as written"
      WHEN typed.network_id IS NULL AND NOT typed."network_id as written" IS NULL
      THEN 'network_id cannot be read: ' || typed."network_id as written"
      WHEN typed.sent_at IS NULL
      THEN 'sent_at is empty'
      WHEN NOT (
        typed.direction IN ('OUTBOUND', 'INBOUND')
      )
      THEN 'direction is not one of OUTBOUND, INBOUND: ' || typed.direction
      WHEN typed.direction IS NULL
      THEN 'it is neither outbound nor inbound'
      WHEN NOT (
        typed.billed_seconds >= 0
      )
      THEN 'its billed duration is negative'
    END AS problem
  FROM typed
)
SELECT
  *,
  CASE
    WHEN NOT checked.call_id IS NULL
    THEN ROW_NUMBER() OVER (
      PARTITION BY checked.call_id, checked.problem IS NULL
      ORDER BY checked.call_id DESC, checked.sent_at DESC, checked.direction DESC, checked.network_id DESC, checked.billed_seconds DESC
    )
    ELSE 1
  END AS "record version"
FROM checked;

WITH records AS (
  SELECT
    *
  FROM checked
  WHERE
    checked.problem IS NULL AND checked."record version" = 1
)
SELECT
  DATE_TRUNC(
    'HOUR',
    records.sent_at + CASE
      WHEN records.sent_at < CAST('2026-10-25 01:00:00' AS TIMESTAMP)
      THEN INTERVAL '7200' SECOND
      ELSE INTERVAL '3600' SECOND
    END
  ) AS "HOUR",
  CASE
    WHEN records.sent_at < CAST('2026-10-25 01:00:00' AS TIMESTAMP)
    THEN 7200
    ELSE 3600
  END AS "HOUR offset",
  COUNT(*) AS "TOTAL_CALL_COUNT"
FROM records
WHERE
  records.sent_at >= CAST('2026-09-30 22:00:00' AS TIMESTAMP)
  AND records.sent_at < CAST('2026-10-31 23:00:00' AS TIMESTAMP)
GROUP BY
  1,
  2;
