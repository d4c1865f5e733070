"""The words that the API's description knows."""

from typing import Final

METRICS: Final = frozenset(
    [
        "TOTAL_TRAFFIC_COUNT",
        "TOTAL_ACCEPTED_TRAFFIC_COUNT",
        "TOTAL_SMS_MESSAGES_COUNT",
        "INTERACTION_COUNT",
        "UNIQUE_CLICKS_COUNT",
        "TOTAL_CLICKS_COUNT",
        "UNIQUE_CLICK_THROUGH_RATE",
        "DELIVERED_TRAFFIC_COUNT",
        "FAILED_TRAFFIC_COUNT",
        "TRAFFIC_DELIVERY_RATE",
        "TRAFFIC_DELIVERED_IN_5_SEC_RATE",
        "SEEN_OPENED_TRAFFIC_COUNT",
        "SEEN_OPENED_TRAFFIC_RATE",
        "TOTAL_SENT_TRAFFIC_COUNT",
        "TOTAL_RECEIVED_TRAFFIC_COUNT",
        "RECEIVED_TO_SENT_TRAFFIC_RATIO",
        "UNIQUE_URL_CLICK_COUNT",
        "TOTAL_BOUNCE_COUNT",
        "TOTAL_BOUNCE_RATE",
        "TOTAL_SUPPRESSED_COUNT",
        "SOFT_BOUNCE_COUNT",
        "SOFT_BOUNCE_RATE",
        "HARD_BOUNCE_COUNT",
        "HARD_BOUNCE_RATE",
        "VIEWED_TOTAL_COUNT",
        "VIEWED_TOTAL_RATE",
        "TOTAL_CLICK_RATE",
        "CLICK_TO_OPEN_RATE",
        "UNSUBSCRIBED_USER_COUNT",
        "UNSUBSCRIBED_USER_RATE",
        "EMAIL_COMPLAINTS_COUNT",
        "EMAIL_COMPLAINTS_RATE",
        "TOTAL_CALL_COUNT",
        "TOTAL_ATTEMPTED_CALL_COUNT",
        "TOTAL_SEIZED_CALL_COUNT",
        "TOTAL_ANSWERED_CALL_COUNT",
        "TOTAL_RECEIVED_CALL_COUNT",
        "AMD_PROCESSED_CALL_COUNT",
        "ANSWERED_BY_PERSON_CALL_COUNT",
        "ANSWERED_BY_VOICE_DETECTION_CALL_COUNT",
        "NOT_ANSWERED_CALL_COUNT",
        "BUSY_CALL_COUNT",
        "CANCELED_CALL_COUNT",
        "FAILED_CALL_COUNT",
        "TOTAL_CALL_DURATION",
        "ANSWER_SEIZURE_RATIO",
        "ANSWER_RATE",
        "BUSY_RATE",
        "HUNG_UP_COUNT",
        "NORMAL_HUNG_UP_COUNT",
        "ERROR_HUNG_UP_COUNT",
    ]
)

STEPS: Final = (
    "HOUR",
    "DAY",
    "WEEK_SATURDAY_START",
    "WEEK_SUNDAY_START",
    "WEEK_MONDAY_START",
    "MONTH",
    "QUARTER",
    "YEAR",
)
"""The finest first; of several only the finest comes back."""

AGGREGATES: Final = frozenset(STEPS) | frozenset(
    [
        "ACCOUNT_KEY",
        "ACCOUNT_NAME",
        "STATUS_GROUP",
        "STATUS",
        "ERROR_GROUP",
        "ERROR_CODE",
        "TIME_TO_DELIVER",
        "TIME_TO_ANSWER",
        "TIME_TO_CLICK_FROM_SEEN",
        "TIME_TO_CLICK_FROM_DELIVERED",
        "TIME_TO_SEEN_FROM_DELIVERED",
        "TIME_TO_OPEN_FROM_DELIVERED",
        "DIRECTION",
        "SENDER",
        "SENDER_TYPE",
        "COMMUNICATION",
        "CAMPAIGN_REFERENCE",
        "NETWORK_ID",
        "NETWORK_NAME",
        "COUNTRY_ID",
        "COUNTRY_NAME",
        "COUNTRY_CODE",
        "APPLICATION_ID",
        "ENTITY_ID",
        "CHANNEL_CODE",
        "CHANNEL_NAME",
        "CAPABILITY",
        "TRAFFIC_TYPE",
        "URL",
    ]
)

CHANNEL_NAMES: Final = {
    "SMS": "SMS",
    "EMAIL": "Email",
    "FACEBOOK": "Facebook Messenger",
    "INSTAGRAM": "Instagram Messaging",
    "KAKAO": "Kakao",
    "LINE": "Line",
    "MMS": "MMS",
    "RCS": "RCS",
    "TELEGRAM": "Telegram",
    "VIBER": "Viber",
    "VOICE_VIDEO": "Voice and Video",
    "WHATSAPP": "WhatsApp",
    "ZALO": "Zalo",
    "APPLE_MB": "Apple Messages for Business",
}

BUCKET_NAMES: Final = (
    *(f"SECONDS_{n}" for n in (0, 1, 2, 3, 4, 5, 10, 15, 20, 25, 30, 40, 50)),
    *(f"MINUTES_{n}" for n in (1, 2, 3, 4, 5, 10, 15, 20, 25, 30, 45)),
    *(f"HOURS_{n}" for n in (1, 6, 12, 18)),
    *(f"DAYS_{n}" for n in (1, 2, 3)),
)

SPANS: Final = frozenset(
    [
        "timeToDeliver",
        "timeToAnswer",
        "timeToClickFromSeen",
        "timeToClickFromDelivered",
        "timeToSeenFromDelivered",
        "timeToOpenFromDelivered",
    ]
)
TEXTS: Final = frozenset(
    [
        "accountKeys",
        "capabilities",
        "trafficTypes",
        "senders",
        "senderTypes",
        "campaignReferenceIds",
        "statuses",
        "errorCodes",
    ]
)
NUMBERS: Final = {"communicationIds": 63, "networkIds": 31, "countryIds": 31}
"""Each with the bits of its integers, the sign aside."""

ENUMERATIONS: Final = {
    "channelCodes": frozenset(CHANNEL_NAMES),
    "directions": frozenset(("OUTBOUND", "INBOUND")),
    "statusGroups": frozenset(("PENDING", "UNDELIVERABLE", "DELIVERED", "EXPIRED", "REJECTED")),
    "errorGroups": frozenset(("OK", "HANDSET_ERRORS", "USER_ERRORS", "OPERATOR_ERRORS")),
}

VOICE_CAPABILITIES: Final = frozenset(("PHONE", "WEBRTC", "SIPTRUNK", "VIBER_BC", "WHATSAPP_BC"))
