-- The monthly review by hand: one statement per block of the report, both months in each.
-- Columns are called as in the report; `this` tells October from September. Nothing is checked:
-- bad records, repeated hours and wrong columns are left to luck. FILES stands for the path.

-- calls
CREATE VIEW calls AS
SELECT
    *,
    sent_at >= TIMESTAMP '2026-09-30 22:00' AS this,
    direction = 'OUTBOUND' AS placed,
    answered_at IS NOT NULL AS answered,
    date_diff('millisecond', answered_at, ended_at) AS talked,
    coalesce(status, '') NOT IN ('NO_ANSWER', 'BUSY', 'CANCELLED')
        AND coalesce(status_group, '') <> 'PENDING' AS unlucky
FROM read_parquet('FILES')
WHERE sent_at >= TIMESTAMP '2026-08-31 22:00' AND sent_at < TIMESTAMP '2026-10-31 23:00';

-- the-month-at-a-glance
SELECT
    this,
    count(*) AS TOTAL_CALL_COUNT,
    count_if(placed) AS TOTAL_ATTEMPTED_CALL_COUNT,
    count_if(direction = 'INBOUND') AS TOTAL_RECEIVED_CALL_COUNT,
    sum(talked) / 1000 / count_if(answered) AS AVERAGE_CALL_DURATION,
    count_if(placed AND answered) / nullif(count_if(placed), 0) AS ANSWER_RATE,
    count_if(placed AND answered)
        / count_if(placed AND (answered OR ringing_at IS NOT NULL)) AS ANSWER_SEIZURE_RATIO,
    count_if(placed AND NOT answered AND status = 'BUSY') / count_if(placed) AS BUSY_RATE,
    count_if(placed AND NOT answered AND unlucky) / count_if(placed) AS FAILURE_RATE
FROM calls
GROUP BY this;

-- calls-per-day
SELECT
    (sent_at AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Zagreb')::DATE AS DAY,
    this,
    count(*) AS TOTAL_CALL_COUNT
FROM calls
GROUP BY ALL;

-- answer-rate-per-day
SELECT
    (sent_at AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Zagreb')::DATE AS DAY,
    this,
    count_if(placed AND answered) / nullif(count_if(placed), 0) AS ANSWER_RATE
FROM calls
GROUP BY ALL;

-- failure-rate-per-day
SELECT
    (sent_at AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Zagreb')::DATE AS DAY,
    this,
    count_if(placed AND NOT answered AND unlucky) / count_if(placed) AS FAILURE_RATE
FROM calls
GROUP BY ALL;

-- how-far-our-calls-got
SELECT 'Attempted calls' AS stage, this, count(*) AS stages FROM calls WHERE this AND placed GROUP BY ALL
UNION ALL
SELECT 'Seized calls', this, count_if(answered OR ringing_at IS NOT NULL)
FROM calls WHERE this AND placed GROUP BY ALL
UNION ALL
SELECT 'Answered calls', this, count_if(answered) FROM calls WHERE this AND placed GROUP BY ALL;

-- what-calls-ran-over
SELECT capability, this, count(*) AS TOTAL_CALL_COUNT
FROM calls
WHERE this
GROUP BY ALL;

-- when-customers-call-us
WITH local AS (
    SELECT sent_at AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Zagreb' AS sent, placed
    FROM calls
    WHERE this
)
SELECT
    hour(sent) AS HOUR,
    true AS this,
    count_if(NOT placed AND isodow(sent) = 1) AS "TOTAL_RECEIVED_CALL_COUNT:MONDAY",
    count_if(NOT placed AND isodow(sent) = 2) AS "TOTAL_RECEIVED_CALL_COUNT:TUESDAY",
    count_if(NOT placed AND isodow(sent) = 3) AS "TOTAL_RECEIVED_CALL_COUNT:WEDNESDAY",
    count_if(NOT placed AND isodow(sent) = 4) AS "TOTAL_RECEIVED_CALL_COUNT:THURSDAY",
    count_if(NOT placed AND isodow(sent) = 5) AS "TOTAL_RECEIVED_CALL_COUNT:FRIDAY",
    count_if(NOT placed AND isodow(sent) = 6) AS "TOTAL_RECEIVED_CALL_COUNT:SATURDAY",
    count_if(NOT placed AND isodow(sent) = 7) AS "TOTAL_RECEIVED_CALL_COUNT:SUNDAY"
FROM local
GROUP BY ALL;

-- by-country
SELECT
    country_name,
    this,
    count(*) AS TOTAL_ATTEMPTED_CALL_COUNT,
    count_if(answered) / count(*) AS ANSWER_RATE,
    sum(talked) / 1000 / count_if(answered) AS AVERAGE_CALL_DURATION
FROM calls
WHERE placed
GROUP BY ALL;

-- by-network
SELECT
    network_name,
    this,
    count(*) AS TOTAL_ATTEMPTED_CALL_COUNT,
    count_if(answered) / count(*) AS ANSWER_RATE,
    count_if(answered) / count_if(answered OR ringing_at IS NOT NULL) AS ANSWER_SEIZURE_RATIO,
    count_if(NOT answered AND status = 'BUSY') / count(*) AS BUSY_RATE,
    count_if(NOT answered AND unlucky) / count(*) AS FAILURE_RATE
FROM calls
WHERE placed AND this
GROUP BY ALL;

-- how-the-calls-that-we-placed-went
SELECT status, this, count(*) AS TOTAL_ATTEMPTED_CALL_COUNT
FROM calls
WHERE placed
GROUP BY ALL;

-- why-calls-were-not-answered
SELECT error_group, error_code, this, count(*) AS TOTAL_ATTEMPTED_CALL_COUNT
FROM calls
WHERE placed AND error_group IN ('HANDSET_ERRORS', 'USER_ERRORS', 'OPERATOR_ERRORS')
GROUP BY ALL;

-- how-long-customers-let-it-ring
SELECT
    CASE
        WHEN waited < 1000 THEN 'SECONDS_0'
        WHEN waited < 2000 THEN 'SECONDS_1'
        WHEN waited < 3000 THEN 'SECONDS_2'
        WHEN waited < 4000 THEN 'SECONDS_3'
        WHEN waited < 5000 THEN 'SECONDS_4'
        WHEN waited < 10000 THEN 'SECONDS_5'
        WHEN waited < 15000 THEN 'SECONDS_10'
        WHEN waited < 20000 THEN 'SECONDS_15'
        WHEN waited < 25000 THEN 'SECONDS_20'
        WHEN waited < 30000 THEN 'SECONDS_25'
        WHEN waited < 40000 THEN 'SECONDS_30'
        WHEN waited < 50000 THEN 'SECONDS_40'
        WHEN waited < 60000 THEN 'SECONDS_50'
        WHEN waited < 120000 THEN 'MINUTES_1'
    END AS TIME_TO_ANSWER,
    this,
    count(*) AS TOTAL_ANSWERED_CALL_COUNT
FROM (
    SELECT this, date_diff('millisecond', sent_at, answered_at) AS waited
    FROM calls
    WHERE placed AND answered AND this
)
GROUP BY ALL;

-- by-capability
SELECT
    capability,
    this,
    count(*) AS TOTAL_CALL_COUNT,
    count_if(placed AND answered) / nullif(count_if(placed), 0) AS ANSWER_RATE,
    sum(talked) / 1000 AS TOTAL_CALL_DURATION
FROM calls
GROUP BY ALL;

-- by-account
SELECT
    account_key,
    this,
    count(*) AS TOTAL_CALL_COUNT,
    count_if(placed) AS TOTAL_ATTEMPTED_CALL_COUNT,
    count_if(direction = 'INBOUND') AS TOTAL_RECEIVED_CALL_COUNT,
    count_if(placed AND answered) / nullif(count_if(placed), 0) AS ANSWER_RATE,
    sum(talked) / 1000 AS TOTAL_CALL_DURATION
FROM calls
WHERE this
GROUP BY ALL;

-- scan: every column that the report needs is decoded, for both months, and nothing more
SELECT
    count(account_key), count(direction), count(capability), count(network_name),
    count(country_name), count(ringing_at), count(answered_at), count(ended_at),
    count(status_group), count(status), count(error_group), count(error_code)
FROM read_parquet('FILES')
WHERE sent_at >= TIMESTAMP '2026-08-31 22:00' AND sent_at < TIMESTAMP '2026-10-31 23:00';
