"""What the mails of several apps have in common."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from blog.models import SiteSettings

# RFC 3834: no out-of-office answers; the second says the same to Exchange.
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply"}


def host() -> str:
    """Return the host that Message-IDs and List-Ids end in."""
    return urlsplit(settings.BASE_URL).hostname or ""


def one_click_headers(url: str) -> dict[str, str]:
    """Return the headers of RFC 8058 for the address that ends what the mail belongs to.

    One click needs HTTPS; a site without it offers the page alone (RFC 2369).
    """
    headers = {"List-Unsubscribe": f"<{url}>"}
    if settings.BASE_URL.startswith("https://"):
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def rendered(
    name: str, subject: str, address: str, context: dict, headers: dict[str, str]
) -> EmailMultiAlternatives:
    """Return the mail of the two templates emails/`name`, in the language that is on."""
    message = EmailMultiAlternatives(
        subject,
        render_to_string(f"emails/{name}.txt", context),
        None,
        [address],
        headers=AUTOMATIC | headers,
    )
    message.attach_alternative(render_to_string(f"emails/{name}.html", context), "text/html")
    return message


def site_context(language: str) -> dict[str, str]:
    """Return what every mail's template knows; call it in that language."""
    return {
        "site_name": SiteSettings.load().title,
        "base_url": settings.BASE_URL,
        "imprint_url": settings.BASE_URL + reverse("blog:imprint"),
        "language": language,
    }
