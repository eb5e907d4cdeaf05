"""A notice goes to the log, and by setting to a mailbox and a webhook."""

from __future__ import annotations

import json
import logging
import smtplib
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from nino_assets.orchestration import notices
from nino_assets.orchestration.notices import send_notice


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """The address of a webhook, and what it was sent."""
    received: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            received.append(json.loads(self.rfile.read(length)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", received
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        send_notice("A subject", "Some words")
    assert "A subject\nSome words" in caplog.text


def test_a_webhook_is_told(
    webhook: tuple[str, list[dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, received = webhook
    monkeypatch.setenv(notices.WEBHOOK_VARIABLE, address)
    send_notice("A subject", "Some words")
    assert received == [{"text": "A subject\nSome words"}]


def test_a_mailbox_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[tuple[str, int], EmailMessage]] = []

    class Server:
        def __init__(self, host: str, port: int, timeout: float) -> None:
            self.place = (host, port)

        def __enter__(self) -> Server:
            return self

        def __exit__(self, *_: object) -> None: ...

        def send_message(self, message: EmailMessage) -> None:
            sent.append((self.place, message))

    monkeypatch.setattr(smtplib, "SMTP", Server)
    monkeypatch.setenv(notices.MAIL_VARIABLE, "team@example.gov.uk")
    monkeypatch.setenv(notices.SERVER_VARIABLE, "mail.example.gov.uk:2525")
    send_notice("A subject", "Some words")
    [(place, message)] = sent
    assert place == ("mail.example.gov.uk", 2525)
    assert (message["To"], message["Subject"]) == ("team@example.gov.uk", "A subject")
    assert message.get_content() == "Some words\n"


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/", "file:///etc/passwd", "nonsense"])
def test_a_notice_that_cannot_be_sent_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    monkeypatch.setenv(notices.WEBHOOK_VARIABLE, address)
    monkeypatch.setenv(notices.MAIL_VARIABLE, "team@example.gov.uk")
    monkeypatch.setenv(notices.SERVER_VARIABLE, "127.0.0.1:1")
    send_notice("A subject", "Some words")
    assert caplog.text.count("was not sent") == 2
