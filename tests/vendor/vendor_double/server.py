"""The API itself: two paths, a token path, and results that are posted to whoever asked."""

import json
import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Lock, Thread
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

from vendor_double.access import TOKEN_PATH, USUAL, Credentials, Gate
from vendor_double.behaviour import AS_DOCUMENTED, Behaviour
from vendor_double.records import Record
from vendor_double.refusals import violations
from vendor_double.replies import Reply, error
from vendor_double.result import response

Json = dict[str, Any]
Check = Callable[[Any], Sequence[str]]

_QUERY: Final = "/metrics/1/query-aggregate-data"
_STATUS: Final = "/metrics/1/requests/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A request as it came, and what it got.

    Attributes:
        body: as JSON, or as text where it is none.
        wrong: what the given check says of it.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    status: int
    wrong: tuple[str, ...] = ()


@dataclass(slots=True)
class _State:
    """What the double remembers between two changes of behaviour."""

    received: list[Received] = field(default_factory=list)
    called_back: list[int | None] = field(default_factory=list)
    requests: dict[str, Json] = field(default_factory=dict)
    recent: deque[float] = field(default_factory=deque)
    throttled: int = 0
    broken: int = 0


class Double:
    """The vendor's Metrics API on a free port of this machine, while it is open (``with``).

    Args:
        records: what the vendor has recorded.
        behaviour: until it is changed by ``behave``.
        credentials: what opens it.
        account: whose records are meant where a request names no accounts; None: all.
        parents: account to the account above it.
        check: what is wrong with a request, by the vendor's schema; a wrong one is refused.
    """

    def __init__(
        self,
        records: Sequence[Record] = (),
        behaviour: Behaviour = AS_DOCUMENTED,
        *,
        credentials: Credentials = USUAL,
        account: str | None = None,
        parents: Mapping[str, str | None] | None = None,
        check: Check = lambda _: (),
    ) -> None:
        self.records = tuple(records)
        self.behaviour = behaviour
        self.account = account
        self.parents = dict(parents or {})
        self.gate = Gate(credentials)
        self._check = check
        self._lock = Lock()
        self._settled = Condition(self._lock)
        self._due = 0
        self._state = _State()
        double = self

        class Handler(_Handler):
            api = double

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """Its base URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def received(self) -> tuple[Received, ...]:
        """All requests since it was opened or told to behave otherwise, in order."""
        with self._lock:
            return tuple(self._state.received)

    @property
    def asked(self) -> tuple[Received, ...]:
        """The requests for aggregated data among them."""
        return tuple(r for r in self.received if r.path == _QUERY)

    @property
    def called_back(self) -> tuple[int | None, ...]:
        """What every callback was answered with; None where nobody answered."""
        with self._lock:
            return tuple(self._state.called_back)

    def behave(self, behaviour: Behaviour, records: Sequence[Record] | None = None) -> None:
        """From now on behave like this, over these records, and forget what was."""
        self.settle()
        with self._lock:
            self.behaviour = behaviour
            self._state = _State()
            if records is not None:
                self.records = tuple(records)

    def settle(self) -> None:
        """Wait until all callbacks that are due were made."""
        with self._settled:
            self._settled.wait_for(lambda: self._due == 0)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.settle()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    # What the handler asks

    def answer(self, method: str, path: str, headers: Mapping[str, str], text: str) -> Reply:
        """The answer to a request, which is remembered."""
        body = _read(text)
        reply = (
            self._token(text, headers)
            if (method, path) == ("POST", TOKEN_PATH)
            else self._turned_away(headers) or self._routed(method, path, headers, body)
        )
        seen = Received(
            method=method,
            path=path,
            headers=headers,
            body=body,
            status=reply.status,
            wrong=reply.wrong,
        )
        with self._lock:
            self._state.received.append(seen)
        return reply

    def _token(self, form: str, headers: Mapping[str, str]) -> Reply:
        seconds = self.behaviour.token_seconds
        status, body = self.gate.token(form, headers.get("authorization"), seconds)
        return Reply(status, body, {"Cache-Control": "no-store"})

    def _turned_away(self, headers: Mapping[str, str]) -> Reply | None:
        """The answer that a request gets whatever it is about."""
        if not self.gate.lets_in(headers.get("authorization")):
            return error(401)
        if self._is_too_much():
            later = self.behaviour.retry_after
            return replace(error(429), headers={} if later is None else {"Retry-After": later})
        return error(500) if self._is_broken() else None

    def _routed(self, method: str, path: str, headers: Mapping[str, str], body: Any) -> Reply:
        if method == "GET" and path.startswith(_STATUS):
            return self._status_of(path.removeprefix(_STATUS))
        if (method, path) != ("POST", _QUERY):
            return error(404)
        wrong = tuple(self._check(body))
        found = [*violations(body), *(("request", said) for said in wrong)]
        if self.behaviour.refused is not None:
            found.append(self.behaviour.refused)
        if not headers.get("content-type", "").startswith("application/json"):
            found.append(("", "must be application/json"))
        return replace(error(400, found) if found else self._begin(body), wrong=wrong)

    def _is_too_much(self) -> bool:
        with self._lock:
            state, behaviour = self._state, self.behaviour
            if state.throttled < behaviour.throttled:
                state.throttled += 1
                return True
            if behaviour.per_second is None:
                return False
            now = time.monotonic()
            while state.recent and state.recent[0] <= now - 1.0:
                state.recent.popleft()
            if len(state.recent) >= behaviour.per_second:
                return True
            state.recent.append(now)
            return False

    def _is_broken(self) -> bool:
        with self._lock:
            if self._state.broken < self.behaviour.broken:
                self._state.broken += 1
                return True
            return False

    def _status_of(self, request_id: str) -> Reply:
        with self._lock:
            known = self._state.requests.get(request_id)
        if known is None:
            said = f'Request with id "{request_id}" not found'
            return error(404, [("requestId", said)])
        return Reply(200, known)

    # Results

    def _begin(self, body: Json) -> Reply:
        """Take a request on; its result follows the answer, or comes before it."""
        request_id = secrets.token_hex(16).upper()
        behaviour, state = self.behaviour, self._state
        result = self._result(request_id, body["request"])
        with self._lock:
            state.requests[request_id] = {"requestId": request_id, "status": "IN_PROGRESS"}
            self._due += 1

        def deliver() -> None:
            try:
                self._deliver(body["callbackUrl"], result, behaviour, state)
            finally:
                with self._settled:
                    self._due -= 1
                    self._settled.notify_all()

        if behaviour.callbacks == "before the answer":
            deliver()
            return Reply(201, {"requestId": request_id})

        sender = Thread(target=deliver, daemon=True)
        return Reply(201, {"requestId": request_id}, after=sender.start)

    def _deliver(self, url: str, result: Json, behaviour: Behaviour, state: _State) -> None:
        if behaviour.callback_delay:
            time.sleep(behaviour.callback_delay)
        with self._lock:
            state.requests[result["requestId"]] = {
                name: value for name, value in result.items() if name != "response"
            }
        for _ in range({"never": 0, "twice": 2}.get(behaviour.callbacks, 1)):
            code = _post(url, result)
            with self._lock:
                state.called_back.append(code)

    def _result(self, request_id: str, request: Json) -> Json:
        if self.behaviour.failure is not None:
            message = self.behaviour.failure
            return {"requestId": request_id, "status": "FAILED", "failureMessage": message}
        data = response(request, self.records, self.behaviour, self.account, self.parents)
        return {"requestId": request_id, "status": "SUCCESS", "response": data}


class _Handler(BaseHTTPRequestHandler):
    """Hands requests to the double."""

    api: Double
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8")
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.api.answer(self.command, self.path, headers, text)
        try:
            self._write(reply)
        except OSError:
            self.close_connection = True  # whoever asked has gone
        finally:
            reply.after()

    def _write(self, reply: Reply) -> None:
        content = json.dumps(reply.body).encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - the base class's names

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _post(url: str, result: Json) -> int | None:
    """Post a result to a callback URL; the status that it was answered with, if it was."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=10)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(
            "POST", target or "/", json.dumps(result), {"Content-Type": "application/json"}
        )
        answer = connection.getresponse()
        answer.read()
    except (OSError, HTTPException):
        return None
    else:
        return answer.status
    finally:
        connection.close()
