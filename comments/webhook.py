"""Akismet's second thoughts: its servers post here when a verdict turns out to be another.

There is no signature. The address holds a secret of ours, the body the API key; both are compared
in constant time. Whatever comes, only Akismet's own last word can be changed (verdicts.overrule).
"""

import json
import logging
from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from blog.ratelimit import is_over_limit, network_of
from comments import spam, verdicts
from comments.models import SpamCheck
from config.http import client_ip

logger = logging.getLogger(__name__)

CALLS_PER_WINDOW = 120
WINDOW = timedelta(minutes=1)
MOST_COMMENTS = 100
VERDICTS = {"true": SpamCheck.Verdict.SPAM, "false": SpamCheck.Verdict.HAM}


@csrf_exempt
@require_POST
@never_cache
def akismet_webhook(request, token):
    network = network_of(client_ip(request))
    if is_over_limit("akismet-webhook", network, limit=CALLS_PER_WINDOW, window=WINDOW):
        return HttpResponse(status=429, headers={"Retry-After": str(WINDOW.seconds)})
    if not spam.is_enabled() or not constant_time_compare(token, spam.webhook_token()):
        raise Http404
    said = _read(request.body)
    if said is None:
        return HttpResponse(status=400)
    if not constant_time_compare(str(said.get("key", "")), settings.AKISMET_API_KEY):
        return HttpResponse(status=403)
    results = [_take(said.get("endpoint"), comment) for comment in said["comments"]]
    return JsonResponse({"comments": {guid: result for guid, result in results if guid}})


def _read(body):
    """Return the body as Akismet documents it; None for anything else."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    comments = said.get("comments") if isinstance(said, dict) else None
    if not isinstance(comments, list) or len(comments) > MOST_COMMENTS:
        return None
    return said if all(isinstance(comment, dict) for comment in comments) else None


def _take(endpoint, comment):
    """Return the guid and what came of it; feedback that was processed changes nothing here."""
    guid, verdict = comment.get("guid"), VERDICTS.get(str(comment.get("result")))
    if not isinstance(guid, str) or not guid.isascii() or "\0" in guid:
        return "", {}
    check = SpamCheck.objects.filter(guid=guid).first() if guid else None
    if check is None or verdict is None:
        return guid, {"status": "error", "message": "unknown comment or result"}
    is_changed = endpoint == "comment-check" and verdicts.overrule(check, verdict)
    logger.info(
        "Akismet on comment %d: %s", check.comment_id, "changed" if is_changed else "no action"
    )
    return guid, {"status": "success", "message": "changed" if is_changed else "no action"}
