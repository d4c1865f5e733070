"""The vocabulary of a Metrics API: every word of its document, and nothing that is not in it."""

import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from reporter import yamltree
from reporter.catalog.builtin import MESSAGING_FILE, METRICS_API, built_in, messaging
from reporter.catalog.file import CatalogFile
from reporter.catalog.load import catalog_for, load_catalogs
from reporter.catalog.metrics_api import is_known, measures, of_channel, standard, with_messaging
from reporter.catalog.model import Catalog, Filter, FilterKind, Metric, Named, Reported
from reporter.catalog.rules import problems
from reporter.catalog.translation import translated
from reporter.data.table import Format, Goal, Kind, Member
from reporter.plan.filter_conditions import bucket_labels, bucket_names
from reporter.schema import derived, structured
from reporter.settings import (
    ApiKeyAuth,
    Callback,
    CallsSource,
    MetricsApiSource,
    Project,
    ProjectFile,
)
from reporter.words import load_labels


def names(text: str) -> list[str]:
    return text.split()


EXAMPLES = Path(__file__).parents[1] / "examples" / "catalogs"
API = MetricsApiSource(
    base_url="https://example.org",
    auth=ApiKeyAuth(key="x"),
    callback=Callback(relay="https://example.org", secret="x"),  # noqa: S106 - opens nothing
)
WIDE = standard()
ADDITIVE = names(
    """
    TOTAL_TRAFFIC_COUNT TOTAL_SENT_TRAFFIC_COUNT TOTAL_RECEIVED_TRAFFIC_COUNT
    DELIVERED_TRAFFIC_COUNT FAILED_TRAFFIC_COUNT SEEN_OPENED_TRAFFIC_COUNT TOTAL_CLICKS_COUNT
    TOTAL_ACCEPTED_TRAFFIC_COUNT VIEWED_TOTAL_COUNT TOTAL_BOUNCE_COUNT SOFT_BOUNCE_COUNT
    HARD_BOUNCE_COUNT TOTAL_SUPPRESSED_COUNT EMAIL_COMPLAINTS_COUNT
    """
)
DISTINCT = names(
    """
    INTERACTION_COUNT UNIQUE_CLICKS_COUNT UNIQUE_URL_CLICK_COUNT UNSUBSCRIBED_USER_COUNT
    TOTAL_SMS_MESSAGES_COUNT
    """
)
RATES = names(
    """
    TRAFFIC_DELIVERY_RATE TRAFFIC_DELIVERED_IN_5_SEC_RATE SEEN_OPENED_TRAFFIC_RATE
    TOTAL_CLICK_RATE UNIQUE_CLICK_THROUGH_RATE CLICK_TO_OPEN_RATE UNSUBSCRIBED_USER_RATE
    VIEWED_TOTAL_RATE TOTAL_BOUNCE_RATE SOFT_BOUNCE_RATE HARD_BOUNCE_RATE EMAIL_COMPLAINTS_RATE
    """
)
SPANS = {
    "timeToDeliver": "TIME_TO_DELIVER",
    "timeToSeenFromDelivered": "TIME_TO_SEEN_FROM_DELIVERED",
    "timeToOpenFromDelivered": "TIME_TO_OPEN_FROM_DELIVERED",
    "timeToClickFromDelivered": "TIME_TO_CLICK_FROM_DELIVERED",
    "timeToClickFromSeen": "TIME_TO_CLICK_FROM_SEEN",
}


def metric(name: str, catalog: Catalog = WIDE) -> Metric:
    found = catalog.metric(name)
    assert found is not None, name
    return found


def filter_(name: str, catalog: Catalog = WIDE) -> Filter:
    found = catalog.filter(name)
    assert found is not None, name
    return found


def test_every_metric_of_other_channels_is_there_and_reported() -> None:
    own = {m.name for m in WIDE.metrics} - {m.name for m in built_in().metrics}
    assert own == {*ADDITIVE, *DISTINCT, *RATES, "RECEIVED_TO_SENT_TRAFFIC_RATIO"}
    additive = {n for n in own if metric(n).definition == Reported(additive=True)}
    assert additive == set(ADDITIVE)
    assert {n for n in own if metric(n).definition == Reported(additive=False)} == own - additive
    assert {n for n in own if metric(n).format is Format.PERCENT} == set(RATES)
    assert metric("RECEIVED_TO_SENT_TRAFFIC_RATIO").format is Format.DECIMAL


def test_what_is_good_and_what_is_bad_of_them() -> None:
    bad = {m.name for m in WIDE.metrics[len(built_in().metrics) :] if m.goal is Goal.DOWN}
    words = ("FAILED", "BOUNCE", "SUPPRESSED", "COMPLAINTS", "UNSUBSCRIBED")
    assert bad == {n for n in (*ADDITIVE, *DISTINCT, *RATES) if any(w in n for w in words)}


def test_the_metrics_of_one_channel_say_so() -> None:
    channels = {m.name: m.channels for m in WIDE.metrics if m.channels}
    assert channels.pop("TOTAL_SMS_MESSAGES_COUNT") == ("SMS",)
    assert set(channels.values()) == {("EMAIL",)}
    assert {m.group for m in WIDE.metrics if m.channels} == {"SMS", "Email"}


def test_every_dimension_and_filter_is_there() -> None:
    dimensions = [d for d in WIDE.dimensions if isinstance(d.definition, Named)]
    assert {d.name for d in dimensions} == {
        *SPANS.values(),
        *("ACCOUNT_NAME", "TRAFFIC_TYPE", "CAMPAIGN_REFERENCE", "COUNTRY_CODE", "URL"),
    }
    assert {d.kind for d in dimensions} == {Kind.TEXT}
    filters = {f.name for f in WIDE.filters} - {f.name for f in built_in().filters}
    assert filters == {*SPANS, "trafficTypes", "campaignReferenceIds"}
    for name, dimension in SPANS.items():
        assert (filter_(name).kind, filter_(name).dimension) == (FilterKind.SPANS, dimension)
    assert filter_("trafficTypes").dimension == "TRAFFIC_TYPE"
    assert filter_("trafficTypes").expression is None
    assert not filter_("trafficTypes").closed


def test_the_times_have_the_buckets_of_time_to_answer() -> None:
    answer = WIDE.dimension("TIME_TO_ANSWER")
    assert answer is not None
    for name in SPANS.values():
        dimension = WIDE.dimension(name)
        assert dimension is not None
        assert dimension.members == answer.members
        assert bucket_names(dimension) == bucket_names(answer)
        assert bucket_labels(dimension) == bucket_labels(answer)


def test_a_dimension_without_known_values_has_no_buckets() -> None:
    url = WIDE.dimension("URL")
    assert url is not None
    with pytest.raises(TypeError, match="URL has no buckets"):
        bucket_names(url)


def test_capabilities_of_other_channels_can_be_asked_for_too() -> None:
    codes = [c.code for c in WIDE.capabilities]
    assert codes[:5] == [c.code for c in built_in().capabilities]
    assert set(codes[5:]) == {
        *("LINE_OA", "LINE_ON", "KAKAO_A", "KAKAO_B", "KAKAO_S", "ZALO_NS", "ZALO_F"),
        *("VIBER_BM", "VIBER_BOTS", "MESSENGER", "INSTAGRAM_DM"),
    }
    members = tuple(Member(c.code, c.label) for c in WIDE.capabilities)
    dimension = WIDE.dimension("CAPABILITY")
    assert dimension is not None
    assert dimension.members == filter_("capabilities").values == members
    assert "LINE" in filter_("capabilities").channels
    assert "SMS" not in filter_("capabilities").channels


def test_words_of_calls_stay_as_they_are() -> None:
    assert WIDE.metrics[: len(built_in().metrics)] == built_in().metrics
    same = {d.name for d in built_in().dimensions} - {"CAPABILITY"}
    assert all(WIDE.dimension(n) == built_in().dimension(n) for n in same)
    assert WIDE.records == built_in().records


def test_the_file_follows_the_schema_and_the_rules() -> None:
    schema = derived(CatalogFile, title="Catalog", identifier="catalog")
    tree, mistakes = yamltree.parse(MESSAGING_FILE.read_text(encoding="utf-8"), "messaging.yaml")
    assert mistakes == ()
    assert tree is not None
    jsonschema.Draft202012Validator(schema).validate(tree.data)
    file, found = structured(tree, CatalogFile, "catalog.schema.json")
    assert found == ()
    assert file == messaging()
    assert problems(messaging(), built_in()) == ()


def test_every_word_says_what_it_means() -> None:
    for entry in (*WIDE.metrics, *WIDE.dimensions, *WIDE.filters):
        assert entry.label
        assert entry.description.endswith(".")
    labels = [m.label for m in WIDE.metrics]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    ("name", "channel", "expected"),
    [
        ("TOTAL_CALL_COUNT", "VOICE_VIDEO", True),
        ("TOTAL_CALL_COUNT", "SMS", False),
        ("ANSWER_RATE", "VOICE_VIDEO", True),
        ("ANSWER_RATE", "SMS", False),
        ("TOTAL_TRAFFIC_COUNT", "SMS", True),
        ("TOTAL_TRAFFIC_COUNT", "VOICE_VIDEO", False),
        ("TOTAL_BOUNCE_COUNT", "EMAIL", True),
        ("TOTAL_BOUNCE_COUNT", "SMS", False),
        ("TOTAL_SMS_MESSAGES_COUNT", "SMS", True),
        ("TOTAL_SMS_MESSAGES_COUNT", "VOICE_VIDEO", False),
    ],
)
def test_what_a_metric_measures(name: str, channel: str, expected: bool) -> None:  # noqa: FBT001 - a table
    assert measures(metric(name), channel, WIDE) is expected


def test_the_words_of_one_channel() -> None:
    email, voice = of_channel(WIDE, "EMAIL"), of_channel(WIDE, "VOICE_VIDEO")
    assert email.metric("TOTAL_BOUNCE_COUNT") is not None
    assert email.metric("TOTAL_SMS_MESSAGES_COUNT") is None
    assert email.metric("TOTAL_CALL_COUNT") is None
    assert email.filter("capabilities") is None
    assert email.capabilities == ()
    assert voice.metrics == built_in().metrics
    assert voice.dimension("URL") is None
    assert voice.filter("capabilities") is not None


def test_which_words_only_an_api_has() -> None:
    assert is_known("TOTAL_TRAFFIC_COUNT")
    assert is_known("URL")
    assert is_known("trafficTypes")
    assert not is_known("TOTAL_CALL_COUNT")


# In a project


def project(*catalogs: str, folder: Path = EXAMPLES, **sources: CallsSource) -> Project:
    file = ProjectFile(version=1, sources={"api": API, **sources}, catalogs=catalogs)
    return Project(folder, file, folder / "reporter.yaml")


def test_a_project_with_a_metrics_api_has_both_vocabularies() -> None:
    both = project(calls=CallsSource(path="calls.csv"))
    catalogs, mistakes = load_catalogs(both)
    assert mistakes == ()
    assert list(catalogs) == [METRICS_API, "voice_video"]
    assert catalog_for(both, "api") == (WIDE, ())
    assert catalog_for(both, "calls") == (built_in(), ())
    assert catalog_for(both, None) == (built_in(), ())


def test_its_extensions_hold_for_the_api_too() -> None:
    catalog, mistakes = catalog_for(project("valid/campaigns.yaml"), "api")
    assert mistakes == ()
    assert (catalog.name, catalog.label) == (METRICS_API, "Metrics API")
    assert catalog.metric("CAMPAIGN_COST") is not None
    assert catalog.metric("TOTAL_TRAFFIC_COUNT") is not None
    assert catalog.capabilities[5].code == "CARRIER_PIGEON"


def test_call_records_have_no_such_catalog() -> None:
    named = project(calls=CallsSource(path="calls.csv", catalog=METRICS_API))
    catalog, (mistake,) = catalog_for(named, "calls")
    assert catalog is built_in()
    assert mistake.code == "unknown-catalog"


CLASHING = """\
version: 1
name: NAME
label: Mine
extends: voice_video
metrics: {URL: {label: Links, description: Links., formula: TOTAL_CALL_COUNT / 2}}
dimensions: {TOTAL_TRAFFIC_COUNT: {label: Traffic, description: Traffic., expression: sender}}
filters: {trafficTypes: {label: Types, description: Types., dimension: SENDER}}
capabilities: {LINE_OA: {label: LINE, description: LINE.}}
"""


def test_names_of_the_project_that_the_api_has_are_told(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(CLASHING.replace("NAME", "mine"), encoding="utf-8")
    file = ProjectFile(version=1, catalogs=("mine.yaml",))
    assert load_catalogs(Project(tmp_path, file))[1] == ()
    catalogs, mistakes = load_catalogs(project("mine.yaml", folder=tmp_path))
    assert catalogs["voice_video"] is built_in()
    assert [(d.location.dotted(), d.message) for d in mistakes] == [
        (f"{part}.{name}", f"the name {name} is taken: the project's Metrics API has it")
        for part, name in (
            ("metrics", "URL"),
            ("dimensions", "TOTAL_TRAFFIC_COUNT"),
            ("filters", "trafficTypes"),
            ("capabilities", "LINE_OA"),
        )
    ]


def test_no_catalog_of_a_project_takes_its_name(tmp_path: Path) -> None:
    text = CLASHING.replace("NAME", METRICS_API)
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    file = ProjectFile(version=1, catalogs=("mine.yaml",))
    _, (mistake,) = load_catalogs(Project(tmp_path, file))
    assert mistake.message == "that of Metrics APIs is called 'metrics_api' already"


OVER_IT = """\
version: 1
name: mine
label: Mine
extends: voice_video
filters:
  slow: {label: Slow, description: Slow ones., dimension: TIME_TO_DELIVER, kind: spans}
  links: {label: Links, description: These links., dimension: URL}
  long: {label: Long, description: Long links., dimension: URL, kind: spans}
"""


def test_filters_over_what_is_reported_already() -> None:
    tree, _ = yamltree.parse(OVER_IT, "mine.yaml")
    assert tree is not None
    file, mistakes = structured(tree, CatalogFile, "catalog.schema.json")
    assert file is not None, mistakes
    (problem,) = problems(file, WIDE)
    assert problem.found == "URL, which has what is reported"


# In other languages


def test_its_words_are_translated() -> None:
    catalog = translated(WIDE, load_labels("de", Path("nowhere")))
    assert metric("TOTAL_CLICKS_COUNT", catalog).label == "Klicks"
    assert metric("TOTAL_CALL_COUNT", catalog).label == "Anrufe gesamt"
    assert filter_("trafficTypes", catalog).label == "Art der Nachricht"
    deliver = catalog.dimension("TIME_TO_DELIVER")
    assert deliver is not None
    assert bucket_labels(deliver)[-2:] == ("2–3 Tage", "3 Tage und mehr")


def test_words_of_the_same_name_in_a_catalog_of_calls_are_not() -> None:
    labels = load_labels("de", Path("nowhere"))
    own = Metric(
        name="TOTAL_CLICKS_COUNT",
        label="Clicks",
        description="Ours.",
        definition=Reported(additive=True),
    )
    calls = built_in()
    mine = type(calls)(
        **{n: getattr(calls, n) for n in calls.__struct_fields__} | {"metrics": (own,)}
    )
    assert metric("TOTAL_CLICKS_COUNT", translated(mine, labels)).label == "Clicks"


def test_a_project_without_one_does_not_read_it() -> None:
    program = (
        "from pathlib import Path\n"
        "from reporter.catalog import builtin\n"
        "from reporter.catalog.load import load_catalogs\n"
        "from reporter.settings import Project, ProjectFile\n"
        "load_catalogs(Project(Path('.'), ProjectFile(version=1)))\n"
        "assert builtin.messaging.cache_info().currsize == 0\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_words_come_behind_those_of_any_catalog_of_calls() -> None:
    assert with_messaging(built_in()) == WIDE
