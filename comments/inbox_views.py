"""The moderators' inbox: pages of the admin, which work without script (static/js/inbox.js helps).

Every act says which status it saw, so that nobody overwrites what somebody else has decided.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBadRequest, HttpResponseNotAllowed, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from blog.validators import validate_line
from comments import actions, inbox, undoing, words
from comments.models import Comment, Decision
from comments.models.decision import moderator

Status = Comment.Status
ACTS = {
    "approve": (_("Approve"), partial(actions.moderate, status=Status.APPROVED)),
    "spam": (_("Spam"), partial(actions.moderate, status=Status.SPAM)),
    "remove": (_("Remove"), partial(actions.moderate, status=Status.REMOVED)),
    "keep": (_("Keep"), actions.keep),
}
ITEM = re.compile(r"[0-9]{1,18}", re.ASCII)
MOST_AT_ONCE = 200
LONGEST_LOOK = timedelta(hours=12)  # how old a page may be and still be told what it missed
TOLD_OF_OTHERS = 5


class ActForm(forms.Form):
    """What a press of a button sends: the answers with the status that was seen of each."""

    decision = forms.ChoiceField(choices=[(name, label) for name, (label, _act) in ACTS.items()])
    words = forms.CharField(max_length=200, required=False, validators=[validate_line])
    loaded = forms.FloatField(required=False, min_value=0)
    next = forms.IntegerField(required=False, min_value=1)
    back = forms.CharField(max_length=2000, required=False)

    data: QueryDict

    def picked(self) -> list[tuple[int, str]]:
        """Return (number, status seen) of each answer; nothing for what is none."""
        found = []
        for value in self.data.getlist("item")[:MOST_AT_ONCE]:
            number, _colon, seen = value.partition(":")
            if number.isascii() and number.isdigit() and len(number) < 19 and seen in Status:
                found.append((int(number), seen))
        return found


class NewsForm(forms.Form):
    loaded = forms.FloatField(min_value=0)


class InboxAdmin(admin.ModelAdmin):
    """What the admin of comments has for its inbox."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("inbox/", wrap(self.inbox_view), name="comments_inbox"),
            path("inbox/decide/", wrap(self.inbox_decide_view), name="comments_inbox_decide"),
            path("inbox/undo/", wrap(self.inbox_undo_view), name="comments_inbox_undo"),
            path("inbox/news/", wrap(self.inbox_news_view), name="comments_inbox_news"),
            *super().get_urls(),
        ]

    def inbox_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = self.admin_site.each_context(request) | {
            "title": _("Inbox"),
            "opts": self.opts,
            "inbox": inbox.load(request.GET),
            "labels": {name: label for name, (label, _act) in ACTS.items()},
            "can_decide": self.has_change_permission(request),
            "undo": last_act(request.user),
            "loaded": timezone.now().timestamp(),
            "back": request.GET.urlencode(),
        }
        return TemplateResponse(request, "admin/comments/inbox.html", context)

    def inbox_decide_view(self, request):
        """Decide one answer or several; each by itself, and what somebody else decided stays."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = ActForm(request.POST)
        if not form.is_valid() and "words" in form.errors:
            messages.error(request, form.errors["words"][0])
            return redirect(back_to(request.POST))
        if not form.is_valid():
            return HttpResponseBadRequest()
        picked = form.picked()
        tell_of_others(request, form.cleaned_data["loaded"], {pk for pk, _seen in picked})
        if not picked:
            messages.warning(request, _("No answer was selected, so nothing was changed."))
        self.decide(request, form, picked)
        return redirect(back_to(request.POST, form.cleaned_data["next"]))

    def decide(self, request, form, picked):
        act = moderator(request.user, words=form.cleaned_data["words"])
        do = ACTS[form.cleaned_data["decision"]][1]
        gone = 0
        for pk, seen in picked:
            try:
                do(pk, act=act, seen=seen)
            except actions.DecidedMeanwhile as error:
                tell_of_conflict(request, *error.args)
            except Comment.DoesNotExist:
                gone += 1
        tell_of_gone(request, gone)

    def inbox_undo_view(self, request):
        """Take back what the same person decided just now."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_change_permission(request):
            raise PermissionDenied
        try:
            key = UUID(request.POST.get("act", ""))
        except ValueError:
            return HttpResponseBadRequest()
        outcome = undoing.undo(key, request.user)
        tell_of_undo(request, outcome)
        back_on_list = outcome.done[0] if outcome.done else None
        return redirect(back_to(request.POST, back_on_list))

    def inbox_news_view(self, request):
        """Say what was decided about the items of a page since it was loaded, by whomever."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = NewsForm(request.GET)
        if not form.is_valid() or (since := moment_of(form.cleaned_data["loaded"])) is None:
            return HttpResponseBadRequest()
        shown = [pk for pk in request.GET.getlist("item")[: inbox.PER_PAGE] if ITEM.fullmatch(pk)]
        decisions = Decision.objects.filter(comment__in=shown, at__gt=since).order_by("pk")
        news = {decision.comment_number: words.decided(decision) for decision in decisions}
        return JsonResponse(news)


def back_to(data: QueryDict, next_pk: int | None = None) -> str:
    """Return the page of the inbox that a form came from, at the item that comes next."""
    form = inbox.FilterForm(QueryDict(data.get("back", "")[:2000]), inbox.Post.objects.all())
    query = form.query()
    address = reverse("admin:comments_inbox")
    place = f"#item-{next_pk}" if next_pk else ""
    return f"{address}?{query}{place}" if query else f"{address}{place}"


def last_act(user) -> dict | None:
    """Return what `user` did last and may still take back: its key, in words, and until when."""
    decisions = undoing.undoable(user).select_related("comment__post")[:MOST_AT_ONCE]
    for key, group in groupby(decisions, key=lambda decision: decision.act):
        rows = list(group)
        left = rows[-1].undo_until - timezone.now()
        return {
            "act": key,
            "words": words.acted(rows),
            "seconds": max(int(left.total_seconds()), 1),
        }
    return None


def tell_of_conflict(request, comment):
    latest = comment.decisions.order_by("-pk").first()
    messages.warning(request, words.conflict(comment, latest))


def tell_of_gone(request, count):
    if count:
        text = ngettext(
            "%(count)d answer was deleted meanwhile.",
            "%(count)d answers were deleted meanwhile.",
            count,
        )
        messages.warning(request, text % {"count": count})


def tell_of_undo(request, outcome):
    if outcome.done:
        count = len(outcome.done)
        text = ngettext("Taken back.", "Taken back: %(count)d decisions.", count)
        messages.success(request, text % {"count": count})
    if outcome.too_late:
        messages.warning(
            request,
            _("It was too late to take this back: 30 seconds had passed. You can decide anew."),
        )
    if outcome.overtaken:
        messages.warning(
            request, _("It was not taken back: somebody else has decided or deleted it meanwhile.")
        )
    if not (outcome.done or outcome.too_late or outcome.overtaken):
        messages.warning(request, _("There was nothing left to take back."))


def tell_of_others(request, loaded, but):
    """Say what other people decided since the page was loaded, so that no row vanishes unsaid."""
    moment = moment_of(loaded)
    if moment is None:
        return
    others = Decision.objects.by_people().filter(at__gt=moment).exclude(user=request.user)
    others = others.exclude(comment__in=but).select_related("comment").order_by("-at", "-pk")
    for decision in [row for row in others[:TOLD_OF_OTHERS] if row.comment]:
        text = _("Meanwhile: the answer by %(name)s was %(what)s.")
        what = {"name": decision.comment.name, "what": words.decided(decision)}
        messages.info(request, text % what)


def moment_of(loaded: float | None) -> datetime | None:
    """Return when a page was loaded; None if it does not say, or says nonsense."""
    now = timezone.now()
    if not loaded or not (now - LONGEST_LOOK).timestamp() < loaded <= now.timestamp():
        return None
    return datetime.fromtimestamp(loaded, UTC)
