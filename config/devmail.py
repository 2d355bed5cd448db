"""Mail without a mail server: each message a file, readable on a page that DEBUG alone has."""

import re
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe


class EmailBackend(BaseEmailBackend):
    """Write every message to a `.eml` file of its own in the folder `file_path`."""

    def __init__(self, file_path, **kwargs):
        super().__init__(**kwargs)
        self.folder = Path(file_path)

    def send_messages(self, email_messages):
        self.folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{datetime.now():%Y%m%d-%H%M%S-%f}-{uuid4().hex[:8]}.eml"
            (self.folder / name).write_bytes(message.message().as_bytes())
        return len(email_messages)


@require_safe
def mail_list(request):
    paths = sorted(settings.MAIL_DIR.glob("*.eml"), reverse=True)[:100]
    mails = [(path.stem, _read(path)) for path in paths]  # the newest first, by their names
    return render(request, "dev/mail_list.html", {"mails": mails, "folder": settings.MAIL_DIR})


@require_safe
def mail_detail(request, name):
    path = settings.MAIL_DIR / f"{name}.eml"
    if not re.fullmatch(r"[\w-]+", name) or not path.is_file():
        raise Http404
    message = _read(path)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    context = {
        "subject": message["subject"],
        "headers": [(key, str(value)) for key, value in message.items()],
        "text": text.get_content() if text else "",
        "html": html.get_content() if html else "",
    }
    return render(request, "dev/mail_detail.html", context)


def _read(path):
    return message_from_bytes(path.read_bytes(), policy=policy.default)
