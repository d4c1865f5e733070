-- What `records.sql` stands on: the tables of choices, and numbers drawn from the seed.

CREATE TABLE hours (
    begin_ms BIGINT, calls BIGINT, before BIGINT, outage INTEGER
);
CREATE TABLE routes (
    slot BIGINT, country_id INTEGER, country_name VARCHAR, network_id INTEGER,
    network_name VARCHAR, mix INTEGER, pace INTEGER, talk INTEGER
);
CREATE TABLE lines (
    slot BIGINT, account_key VARCHAR, direction VARCHAR, capability VARCHAR, sender VARCHAR,
    sender_type VARCHAR, application_id VARCHAR, entity_id VARCHAR, knows_network BOOLEAN,
    knows_country BOOLEAN, mix INTEGER, talk INTEGER, amd INTEGER, campaign BIGINT,
    ringing INTEGER
);
CREATE TABLE outcomes (
    slot BIGINT, rings BOOLEAN, answered BOOLEAN, status_group VARCHAR, status VARCHAR,
    error_group VARCHAR, error_code VARCHAR, hangup VARCHAR, outcome_talk INTEGER
);
CREATE TABLE spreads (
    slot BIGINT, least BIGINT, width BIGINT
);

-- A one-to-one scramble of 32 bits; the same as `mix` in chance.py.
CREATE MACRO mix_start(number) AS
    (xor(number, number >> 16) * 2146121005::UBIGINT) & 4294967295::UBIGINT;
CREATE MACRO mix_middle(number) AS
    (xor(number, number >> 15) * 2221713035::UBIGINT) & 4294967295::UBIGINT;
CREATE MACRO mix_end(number) AS
    xor(number, number >> 16);
CREATE MACRO mix(number) AS
    mix_end(mix_middle(mix_start(number)));

-- The number that a call draws for one purpose, 0 to 2**32 - 1.
CREATE MACRO draw(seed, purpose) AS
    mix((seed + purpose::UBIGINT * 2654435769::UBIGINT) & 4294967295::UBIGINT)::BIGINT;

-- A length within that step of a distribution which the same draw has picked.
CREATE MACRO drawn_length(least, width, seed, purpose) AS
    least + width * (draw(seed, purpose) // 65536) // 65536;
