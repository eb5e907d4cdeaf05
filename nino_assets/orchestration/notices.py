"""Sends notices to the team.

They go to the log, and by setting by mail and to a webhook. A notice that cannot be sent never
stops what it is about.
"""

from __future__ import annotations

import json
import logging
import os
import smtplib
import urllib.request
from email.message import EmailMessage

MAIL_VARIABLE, SERVER_VARIABLE = "NINO_NOTICE_MAIL", "NINO_NOTICE_MAIL_SERVER"
WEBHOOK_VARIABLE = "NINO_NOTICE_WEBHOOK"
_SECONDS = 10
_LOG = logging.getLogger(__name__)


def send_notice(subject: str, text: str) -> None:
    """Send a notice to wherever the team wants it.

    The text holds refusals in the words that people read, and no value of a record.
    """
    _LOG.warning("%s\n%s", subject, text)
    for variable, send in ((MAIL_VARIABLE, _send_mail), (WEBHOOK_VARIABLE, _post)):
        place = os.environ.get(variable)
        if place:
            try:
                send(place, subject, text)
            except (OSError, ValueError, smtplib.SMTPException) as error:
                _LOG.warning("The notice to %s was not sent: %s", variable, type(error).__name__)


def _send_mail(addresses: str, subject: str, text: str) -> None:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = message["To"] = addresses
    message.set_content(text)
    host, _, port = os.environ.get(SERVER_VARIABLE, "localhost:25").partition(":")
    with smtplib.SMTP(host, int(port or 25), timeout=_SECONDS) as server:
        server.send_message(message)


def _post(address: str, subject: str, text: str) -> None:
    if not address.startswith(("https://", "http://")):
        raise ValueError
    request = urllib.request.Request(  # noqa: S310 - the address is the team's, and HTTP
        address,
        json.dumps({"text": f"{subject}\n{text}"}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=_SECONDS):  # noqa: S310 - as above
        pass
