"""Where credentials may be sent to."""

import pytest

from reporter.errors import UserError
from reporter.sources.metrics_api.address import checked_address


@pytest.mark.parametrize(
    "text",
    [
        "https://x.api.infobip.com",
        "https://x.example.com:8443/under/here",
        "http://localhost:8085",
        "http://reports.localhost",
        "http://127.0.0.1:1",
        "http://[::1]:8085",
        "http://10.1.2.3",
        "http://[fd00::1]",
        "http://api:8085",
    ],
)
def test_these(text: str) -> None:
    assert checked_address(text, "baseUrl", path_is_base=True) == text
    assert checked_address(f"{text}/", "baseUrl", path_is_base=True) == text
    assert checked_address(f"{text}/", "auth.tokenUrl", path_is_base=False) == f"{text}/"


LIKE = "expected one like https://example.api.infobip.com"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("x.api.infobip.com", f"`baseUrl` is no URL, {LIKE}", None),
        ("ftp://x", f"`baseUrl` is no URL, {LIKE}", None),
        ("https://", f"`baseUrl` is no URL, {LIKE}", None),
        ("https://x:port", f"`baseUrl` is no URL, {LIKE}", None),
        ("https://[x", f"`baseUrl` is no URL, {LIKE}", None),
        (
            "https://me:geheim@x.example.com",
            "`baseUrl` carries credentials in the URL",
            "say them under `auth`, by reference",
        ),
        ("https://x?key=geheim", f"`baseUrl` ends in a query or a fragment, {LIKE}", None),
        ("https://x#geheim", f"`baseUrl` ends in a query or a fragment, {LIKE}", None),
        (
            "http://x.example.com",
            "`baseUrl` is http://x.example.com: the credentials would travel in clear",
            "write https://; plain http is for this machine and private networks",
        ),
        (
            "http://8.8.8.8/x",
            "`baseUrl` is http://8.8.8.8: the credentials would travel in clear",
            "write https://; plain http is for this machine and private networks",
        ),
    ],
)
def test_not_these(text: str, message: str, hint: str | None) -> None:
    with pytest.raises(UserError) as caught:
        checked_address(text, "baseUrl", path_is_base=True)
    assert (caught.value.message, caught.value.hint) == (message, hint)
