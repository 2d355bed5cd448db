"""All that waits from one sender, domain or network, or because of one rule; and blocks of them."""

from datetime import datetime, time, timedelta

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.ratelimit import network_of
from comments import gate, inbox, words
from comments.inbox_views import ACTS, MOST_AT_ONCE
from comments.models import Comment, SpamRule
from comments.trial import try_rule

LOOKED_AT = 2000
BLOCKED_FOR = timedelta(days=30)
LONGEST_BLOCK = timedelta(days=3650)
Kind = SpamRule.Kind


class BlockForm(forms.Form):
    """How long a sender, a domain or a network is blocked, and what that means."""

    until = forms.DateField(
        label=_("Until the end of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    action = forms.ChoiceField(
        label=_("New answers then"), choices=SpamRule.Action, initial=SpamRule.Action.SPAM
    )

    def clean_until(self):
        day = self.cleaned_data["until"]
        today = timezone.localdate()
        if not today <= day <= today + LONGEST_BLOCK:
            raise forms.ValidationError(_("Please choose a day from today on, within ten years."))
        return day

    def ends_at(self):
        """The end of the chosen day, on the site's clock."""
        day = self.cleaned_data["until"] + timedelta(days=1)
        return timezone.make_aware(datetime.combine(day, time()))


class GroupAdmin(admin.ModelAdmin):
    """What the admin of comments has for groups of waiting answers."""

    def get_urls(self):
        group = self.admin_site.admin_view(self.group_view)
        block = self.admin_site.admin_view(self.block_view)
        return [
            path("inbox/<int:pk>/<slug:by>/", group, name="comments_inbox_group"),
            path("inbox/<int:pk>/<slug:by>/<str:value>/", group, name="comments_inbox_group"),
            path("inbox/<int:pk>/<slug:by>/block", block, name="comments_inbox_block"),
            path("inbox/<int:pk>/<slug:by>/<str:value>/block", block, name="comments_inbox_block"),
            *super().get_urls(),
        ]

    def group_view(self, request, pk, by, value=""):
        if not self.has_view_permission(request):
            raise PermissionDenied
        rule = rule_of(pk, by, value)
        initial = {"until": timezone.localdate() + BLOCKED_FOR}
        return self._group_page(request, rule, pk, by, value, BlockForm(initial=initial))

    def block_view(self, request, pk, by, value=""):
        """Make a rule with an end of it; one that is there already lasts until then."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        rule = rule_of(pk, by, value)
        if rule.pk or not may_block(request.user):
            raise PermissionDenied
        form = BlockForm(request.POST)
        if not form.is_valid():
            return self._group_page(request, rule, pk, by, value, form, status=422)
        saved = save_block(rule, form)
        messages.success(request, _("There is a rule now: %(rule)s.") % {"rule": saved})
        return redirect("admin:comments_inbox_group", pk, by, *filter(None, [value]))

    def _group_page(self, request, rule, pk, by, value, form, status=200):
        found = waiting_for(rule)
        is_blockable = not rule.pk and may_block(request.user)
        args = [pk, by, *filter(None, [value])]
        context = self.admin_site.each_context(request) | {
            "title": _("All that waits: %(what)s") % {"what": rule.condition},
            "opts": self.opts,
            "rows": [(comment, words.excerpt(comment)) for comment in found[:MOST_AT_ONCE]],
            "count": len(found),
            "most": MOST_AT_ONCE,
            "labels": {name: label for name, (label, _act) in ACTS.items()},
            "can_decide": self.has_change_permission(request),
            "form": form if is_blockable else None,
            "trial": try_rule(rule) if is_blockable else None,
            "block_url": reverse("admin:comments_inbox_block", args=args),
        }
        template = "admin/comments/inbox_group.html"
        return TemplateResponse(request, template, context, status=status)


def rule_of(pk: int, by: str, value: str) -> SpamRule:
    """Return the rule that says what the group has in common: a new one, or the one that caught it.

    Raise Http404 if the answer has no such thing.
    """
    comment = Comment.objects.filter(pk=pk).first()
    if comment is None:
        raise Http404
    if by == "rule" and value in map(str, gate.rule_ids(comment.findings)):
        rule = SpamRule.objects.filter(pk=value).first()
    elif by == "sender" and comment.email:
        rule = SpamRule(kind=Kind.EMAIL, value=comment.email.lower())
    elif by == "network" and network_of(comment.ip or ""):
        rule = SpamRule(kind=Kind.NETWORK, value=network_of(comment.ip))
    elif by == "domain" and value in inbox.domains_of(comment):
        rule = SpamRule(kind=Kind.DOMAIN, value=value)
    else:
        rule = None
    if rule is None:
        raise Http404
    return rule


def waiting_for(rule: SpamRule) -> list[Comment]:
    """Return what waits and is what `rule` looks for, among the newest LOOKED_AT that wait."""
    waiting = Comment.objects.filter(status=Comment.Status.PENDING).select_related("post")
    return [
        comment
        for comment in waiting.order_by("-created_at", "-pk")[:LOOKED_AT]
        if rule.pk in gate.rule_ids(comment.findings) or gate.matches(rule, comment)
    ]


def may_block(user) -> bool:
    return user.has_perms(["comments.add_spamrule", "comments.change_spamrule"])


@transaction.atomic
def save_block(rule: SpamRule, form: BlockForm) -> SpamRule:
    """Save the block; a rule of the same that has no end goes on without one."""
    rule.full_clean(exclude=["ends_at"], validate_unique=False, validate_constraints=False)
    same = SpamRule.objects.select_for_update().filter(kind=rule.kind, value=rule.value).first()
    if same is None or not same.is_active or same.ends_at is not None:
        same = same or rule
        same.is_active, same.ends_at = True, form.ends_at()
    same.action = form.cleaned_data["action"]
    same.save()
    return same
