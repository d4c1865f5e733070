"""Who may ask: the four kinds of authentication, side by side."""

import base64
import binascii
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

TOKEN_PATH = "/auth/1/oauth2/token"  # noqa: S105 - a path


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What opens the double. None of them is a real one."""

    app_key: str = "003026bbc133714df1834b8638bb496e-key"
    username: str = "aladdin"
    password: str = "open:sésame"  # noqa: S105
    session: str = "2f9b4d31-session"
    client_id: str = "client one"
    client_secret: str = "s3cr&t=%"  # noqa: S105


USUAL: Final = Credentials()


class Gate:
    """Tells who may come in; gives out access tokens and remembers how long they are good.

    Args:
        credentials: what opens it.
        now: seconds, from whenever.
    """

    def __init__(self, credentials: Credentials, now: Callable[[], float] = time.monotonic) -> None:
        self._credentials = credentials
        self._now = now
        self._tokens: dict[str, float] = {}

    def lets_in(self, authorization: str | None) -> bool:
        """Whether an ``Authorization`` header is one of the four, and right."""
        scheme, _, rest = (authorization or "").partition(" ")
        known = self._credentials
        match scheme:
            case "App":
                return rest == known.app_key
            case "IBSSO":
                return rest == known.session
            case "Basic":
                return _decoded(rest) == f"{known.username}:{known.password}"
            case "Bearer":
                return self._tokens.get(rest, 0.0) > self._now()
        return False

    def token(
        self, form: str, authorization: str | None, seconds: int
    ) -> tuple[int, Mapping[str, object]]:
        """Status and body of the answer to a request for an access token."""
        fields = {name: values[0] for name, values in parse_qs(form).items()}
        if fields.get("grant_type") != "client_credentials":
            return 400, {"error": "unsupported_grant_type"}
        client = (fields.get("client_id"), fields.get("client_secret"))
        if authorization is not None and authorization.startswith("Basic "):
            name, _, secret = _decoded(authorization[6:]).partition(":")
            client = (name, secret)
        if client != (self._credentials.client_id, self._credentials.client_secret):
            return 401, {"error": "invalid_client"}
        token = secrets.token_urlsafe(16)
        self._tokens[token] = self._now() + seconds
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": seconds}

    def forget_tokens(self) -> None:
        """Every access token that was given out stops being good."""
        self._tokens.clear()


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""
