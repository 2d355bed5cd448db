"""The door to Akismet: the only module that imports its client.

Nothing leaves this machine without AKISMET_API_KEY, or while the site's settings say so; of a
comment nothing unless `may_send` says yes, for whatever purpose. No function here raises: what goes
wrong is logged without the key and told as "don't know", which holds the comment
(docs/decisions/0030, 0031).
"""

import logging
from dataclasses import dataclass
from datetime import UTC, timedelta
from functools import cache

import akismet
import httpx
from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac

from blog.deadline import Deadline
from blog.models import SiteSettings
from comments.formtoken import FormUse
from comments.models import Comment, SpamCheck, SpamFeedback

logger = logging.getLogger(__name__)

type Fields = dict[str, str | list[str]]

TIMEOUT_SECONDS = 2
MAX_BYTES = 100_000  # its answers are a few words
NOT_ENABLED = "there is no AKISMET_API_KEY, or the site's settings keep it from being used"
# What may be sent beside the key (Akismet's documentation of comment-check and submit-spam). The
# released client knows fewer and raises UnknownArgumentError for the others. `user_role` is not
# among them: "administrator" would be believed, and what the team writes is never checked.
FIELD_NAMES = frozenset(
    {
        "blog", "blog_charset", "blog_lang", "callback", "comment_author", "comment_author_email",
        "comment_author_url", "comment_check_response", "comment_content", "comment_context[]",
        "comment_date_gmt", "comment_parent", "comment_post_modified_gmt", "comment_type",
        "honeypot_field_name", "permalink", "recheck_reason", "referrer", "reporter",
        "user_agent", "user_ip",
    }
)  # fmt: skip
USAGE_NAMES = ["limit", "usage", "percentage", "throttled"]
VERDICTS = {
    akismet.CheckResponse.HAM: SpamCheck.Verdict.HAM,
    akismet.CheckResponse.SPAM: SpamCheck.Verdict.SPAM,
    akismet.CheckResponse.DISCARD: SpamCheck.Verdict.DISCARD,
}


@dataclass(frozen=True)
class Verdict:
    """What Akismet said; `error` says why it is UNKNOWN.

    `ask_again_after` comes with "too many requests", and with a ham that Akismet still thinks over.
    """

    verdict: SpamCheck.Verdict
    guid: str = ""
    error: str = ""
    ask_again_after: timedelta | None = None
    alert_code: str = ""
    alert_message: str = ""


def is_enabled() -> bool:
    return bool(SiteSettings.load().akismet_use)


def asks_consent() -> bool:
    """Whether a comment is sent only if its writer agreed."""
    return SiteSettings.load().akismet_use == SiteSettings.AkismetConsent.ASK


def may_send(comment: Comment) -> bool:
    """Whether Akismet may be told of `comment`: as the site is set now, and by its writer's word.

    Asked before each sending, so a switch turned off stops what waits in the queue too.
    """
    return is_enabled() and (not asks_consent() or comment.akismet_consent_at is not None)


def kept_back(checks: QuerySet[SpamCheck]) -> QuerySet[SpamCheck]:
    """Return those whose comment must not be sent, as `may_send` says of one."""
    if not is_enabled():
        return checks
    return checks.filter(comment__akismet_consent_at=None) if asks_consent() else checks.none()


def fields_of(comment: Comment, *, use: FormUse | None = None) -> Fields:
    """Return what Akismet is to be told of a comment, as typed; two queries for category and tags.

    `use` tells of the field that no person sees, whose name differs from form to form.
    """
    post = comment.post
    context = [category.name for category in [post.category] if category]
    context += post.tags.values_list("name", flat=True)
    fields: Fields = {
        "blog": settings.BASE_URL,
        "blog_charset": "UTF-8",
        "blog_lang": ", ".join(code for code, _name in settings.LANGUAGES),
        "user_ip": comment.ip or "",
        "user_agent": comment.user_agent,
        "referrer": comment.referrer,
        "permalink": post.get_canonical_url(),
        "comment_type": _type_of(comment),
        "comment_author": comment.name,
        "comment_author_email": comment.email,
        "comment_author_url": comment.source_url or comment.website,
        "comment_content": comment.body,
        "comment_context[]": context,
        "comment_date_gmt": comment.created_at.astimezone(UTC).isoformat(timespec="seconds"),
        "comment_post_modified_gmt": post.updated_at.astimezone(UTC).isoformat(timespec="seconds"),
    }
    if use is not None:
        fields |= {"honeypot_field_name": use.trap_name, use.trap_name: use.trap}
    if settings.IS_HTTPS:  # else Akismet could not reach it, or would send the key in the open
        fields["callback"] = webhook_url()
    if comment.parent_id:
        fields["comment_parent"] = str(comment.parent_id)
    return fields


def check(fields: Fields) -> Verdict:
    """Ask Akismet about a set of fields from `fields_of`."""
    if not is_enabled():
        return Verdict(SpamCheck.Verdict.UNKNOWN, error=NOT_ENABLED)
    client = _client()
    try:
        answer = client.comment_check(**fields)
    except Exception as error:  # a verdict is never guessed, whatever failed
        reason = _reason(error)
        logger.error("Akismet gave no verdict: %s", reason)
        return Verdict(SpamCheck.Verdict.UNKNOWN, error=reason, ask_again_after=_retry_after(error))
    return Verdict(
        VERDICTS[answer],
        guid=client.headers.get("X-akismet-guid", "")[:100],
        ask_again_after=_seconds(client.headers.get("X-akismet-recheck-after")),
        alert_code=client.headers.get("X-akismet-alert-code", ""),
        alert_message=client.headers.get("X-akismet-alert-msg", ""),
    )


def report(kind: SpamFeedback.Kind, fields: Fields) -> str:
    """Tell Akismet what a moderator decided; return "", or why it did not arrive."""
    if not is_enabled():
        return NOT_ENABLED
    client = _client()
    submit = client.submit_spam if kind == SpamFeedback.Kind.SPAM else client.submit_ham
    try:
        submit(**fields)
    except Exception as error:  # told again later, whatever failed
        reason = _reason(error)
        logger.error("Akismet did not take the feedback: %s", reason)
        return reason
    return ""


def read_usage() -> dict:
    """Return Akismet's `limit`, `usage`, `percentage` and `throttled` of this month; {} if none."""
    if not is_enabled():
        return {}
    try:
        usage = _client().usage_limit()
    except Exception as error:  # it is read again in an hour, whatever failed
        logger.error("Akismet did not tell the usage: %s", _reason(error))
        return {}
    return {name: usage[name] for name in USAGE_NAMES if name in usage}


def webhook_token() -> str:
    """The part of the webhook's address that nobody can guess."""
    return salted_hmac(
        "comments.spam.webhook", settings.AKISMET_API_KEY, algorithm="sha256"
    ).hexdigest()


def webhook_url() -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return settings.BASE_URL + reverse("comments:akismet_webhook", args=[webhook_token()])


class _Client(akismet.SyncClient):
    """The released client with all documented fields, and the headers of its last answer."""

    headers: httpx.Headers = httpx.Headers()

    def _post_request(self, version, endpoint, user_ip, **fields):
        if unknown := fields.keys() - FIELD_NAMES - {fields.get("honeypot_field_name")}:
            raise akismet.UnknownArgumentError(f"Akismet has no field {', '.join(sorted(unknown))}")
        # Sorted, because jsonb keeps no order and feedback has to be equal byte for byte.
        data = dict(sorted({"user_ip": user_ip, **fields}.items()))
        response = self._request(
            "POST", version, endpoint, data={"api_key": self._config.key, **data}
        )
        self.headers = response.headers
        if code := response.headers.get("X-akismet-alert-code"):
            logger.warning(
                "Akismet alert %s: %s", code, response.headers.get("X-akismet-alert-msg", "")
            )
        return response

    def _get_request(self, version, endpoint, params):
        # The released client sends the key in the address, which httpx and proxies write to logs.
        return self._request("POST", version, endpoint, params)


def _client():
    config = akismet.Config(key=settings.AKISMET_API_KEY, url=settings.BASE_URL)
    return _Client(config=config, http_client=_http_client())


@cache
def _http_client():
    inner = httpx.HTTPTransport(trust_env=False)
    return httpx.Client(
        transport=Deadline(inner, seconds=TIMEOUT_SECONDS, max_bytes=MAX_BYTES),
        timeout=TIMEOUT_SECONDS,
        headers={"User-Agent": akismet.USER_AGENT},
        event_hooks={"request": [_to_configured_host]},
        trust_env=False,
    )


def _to_configured_host(request):
    """Send it where AKISMET_API_URL says; the released client has its address built in."""
    there = httpx.URL(settings.AKISMET_API_URL)
    path = there.raw_path.rstrip(b"/") + request.url.raw_path
    request.url = there.copy_with(raw_path=path)
    request.headers["Host"] = there.netloc.decode("ascii")


def _type_of(comment):
    if comment.kind == Comment.Kind.COMMENT:
        return "reply" if comment.parent_id else "comment"
    return str(comment.kind)


def _reason(error):
    """Say what failed in our own words: the client's APIKeyError spells out the key."""
    match error:
        case akismet.APIKeyError():
            return "Akismet refuses the key or the site's address"
        case akismet.ProtocolError():
            return "Akismet's answer is not one of those it documents"
        case akismet.RequestError():
            status = getattr(getattr(error.__cause__, "response", None), "status_code", "")
            cause = status or type(error.__cause__).__name__
            return f"the request to Akismet failed: {cause}"
        case _:
            return f"asking Akismet failed: {type(error).__name__}"


def _retry_after(error):
    response = getattr(error.__cause__, "response", None)
    return _seconds(response.headers.get("Retry-After")) if response is not None else None


def _seconds(value):
    """Return a header of whole seconds as timedelta, at most a day; else None."""
    if not value or not value.isascii() or not value.isdigit() or len(value) > 9:
        return None
    return min(timedelta(seconds=int(value)), timedelta(days=1))
