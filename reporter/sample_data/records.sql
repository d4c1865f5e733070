-- The call records of one month, in the order of sent_at. One row of `hours` becomes as many
-- calls as it says; each number that is drawn picks a slot of a table of choices.
--
-- $key stands for the request's seed, $begin and $end bound the month, $snapshot is when the
-- records were taken, $late when the last day begins. Times are milliseconds until the end.

WITH numbered AS (
    SELECT begin_ms, calls, outage, nth, (before + nth)::UBIGINT AS number
    FROM (
        SELECT *, unnest(range(calls)) AS nth
        FROM hours
        WHERE begin_ms >= $begin AND begin_ms < $end
    )
),

keyed AS (
    SELECT *, mix(xor(number, $key::UBIGINT)) AS seed
    FROM numbered
),

-- The calls of an hour follow each other in strips of equal length, each somewhere in its own.
placed AS (
    SELECT
        seed,
        outage,
        begin_ms + (nth * 65536 + draw(seed, 1) % 65536) * 3600000 // (calls * 65536) AS sent_ms,
        draw(seed, 2) % 1000 AS line_slot,
        draw(seed, 3) % 1000 AS route_slot
    FROM keyed
),

routed AS (
    SELECT
        placed.*,
        lines.* EXCLUDE (slot, mix),
        routes.* EXCLUDE (slot, mix, talk),
        routes.talk AS talk_percent,
        CASE
            WHEN lines.mix IS NOT NULL THEN lines.mix
            WHEN routes.network_id = placed.outage THEN $outage_mix
            ELSE routes.mix
        END AS mix_number
    FROM placed
    JOIN lines ON lines.slot = placed.line_slot
    JOIN routes ON routes.slot = placed.route_slot
),

ending AS (
    SELECT
        routed.*,
        outcomes.* EXCLUDE (slot),
        routed.direction = 'OUTBOUND' AND routed.sent_ms >= $late
            AND draw(routed.seed, 4) % 1000 < $late_permille AS late,
        outcomes.answered AND draw(routed.seed, 5) % 1000 < routed.amd AS listened,
        draw(routed.seed, 6) % 1000 < $machine_permille AS by_machine,
        draw(routed.seed, 7) % 1000 < routed.ringing AS tells_ringing
    FROM routed
    JOIN outcomes
        ON outcomes.slot = routed.mix_number * 1000 + draw(routed.seed, 8) % 1000
),

-- Until it rings, from then until it is answered or given up, from then until its end.
timed AS (
    SELECT
        ending.*,
        sent_ms + drawn_length(ringing.least, ringing.width, seed, 9) AS first_ms,
        drawn_length(waiting.least, waiting.width, seed, 10) * pace // 100 AS wait_ms,
        drawn_length(talking.least, talking.width, seed, 11) * talk_percent // 100 AS talk_ms
    FROM ending
    JOIN spreads AS ringing
        ON ringing.slot = CASE WHEN rings THEN $ring ELSE $fail END * 10 + draw(seed, 9) % 10
    JOIN spreads AS waiting
        ON waiting.slot = CASE WHEN answered THEN $answer ELSE $give_up END * 10
            + draw(seed, 10) % 10
    JOIN spreads AS talking
        ON talking.slot = CASE WHEN listened AND by_machine THEN $voicemail
            ELSE coalesce(outcome_talk, talk)
        END * 10
            + draw(seed, 11) % 10
),

settled AS (
    SELECT
        *,
        CASE WHEN rings THEN first_ms + wait_ms ELSE first_ms END AS settled_ms,
        CASE WHEN answered THEN first_ms + wait_ms + talk_ms ELSE first_ms END AS ended_ms
    FROM timed
),

-- What is known at the time of the snapshot.
known AS (
    SELECT
        *,
        late OR settled_ms >= $snapshot AS pending,
        answered AND ended_ms >= $snapshot AS talking
    FROM settled
)

SELECT
    lower(to_hex(seed * 4294967296 + draw(seed, 12)::UBIGINT)) AS call_id,
    account_key,
    make_timestamp_ms(sent_ms) AS sent_at,
    direction,
    capability,
    sender,
    sender_type,
    campaign + sent_ms // 604800000 AS communication_id,
    CASE WHEN knows_network THEN network_id END AS network_id,
    CASE WHEN knows_network THEN network_name END AS network_name,
    CASE WHEN knows_country THEN country_id END AS country_id,
    CASE WHEN knows_country THEN country_name END AS country_name,
    application_id,
    entity_id,
    CASE
        WHEN rings AND tells_ringing AND NOT late AND first_ms < $snapshot
            THEN make_timestamp_ms(first_ms)
    END AS ringing_at,
    CASE WHEN answered AND NOT pending THEN make_timestamp_ms(settled_ms) END AS answered_at,
    CASE
        WHEN hangup IS NOT NULL AND NOT pending AND NOT talking THEN make_timestamp_ms(ended_ms)
    END AS ended_at,
    CASE WHEN pending THEN 'PENDING' ELSE status_group END AS status_group,
    CASE WHEN pending THEN 'PENDING_ENROUTE' ELSE status END AS status,
    CASE WHEN NOT pending AND NOT talking THEN error_group END AS error_group,
    CASE
        WHEN pending OR talking THEN NULL
        WHEN listened AND by_machine AND error_group = 'OK' THEN 'MACHINE_DETECTED'
        ELSE error_code
    END AS error_code,
    CASE
        WHEN pending OR NOT listened THEN NULL
        WHEN by_machine THEN 'MACHINE'
        ELSE 'HUMAN'
    END AS amd_result,
    CASE WHEN NOT pending AND NOT talking THEN hangup END AS hangup
FROM known
