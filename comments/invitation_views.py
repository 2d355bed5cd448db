"""The page that an invitation's mail leads to: yes, no, and the place where the guest writes.

Looking changes nothing; each button is a POST. The link is the permission, so the page is never
cached and never indexed.
"""

from django import forms
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods
from django_prose_editor.fields import ProseEditorFormField

from blog.editor import EDITOR_NAME, GUEST_EXTENSIONS, NO_EDITOR_STYLE
from blog.text import clean_post, plain_text
from blog.validators import validate_line, validate_text
from comments import invitations
from comments.models import Invitation
from comments.notices import links
from config.http import ADMIN_CSP

State = Invitation.State
SHORTEST = 500  # characters of a text that can be handed in; less is a note, not a post
LONGEST = 200_000
EDITOR_MEDIA = forms.Media(css={"all": ["css/editor.css", NO_EDITOR_STYLE]}, js=[EDITOR_NAME])


class PromiseForm(forms.Form):
    promised_on = forms.DateField(
        label=gettext_lazy("By when will you write it?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("You can leave this open, and change it later."),
        error_messages={"invalid": gettext_lazy("This is not a day.")},
    )

    def clean_promised_on(self):
        day = self.cleaned_data["promised_on"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(_("This day is over; please choose one that is to come."))
        return day


class WritingForm(forms.Form):
    """What the guest has so far; `is_whole` asks for all that handing it in needs."""

    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=200, required=False, validators=[validate_line]
    )
    text = ProseEditorFormField(
        label=gettext_lazy("Your text"),
        required=False,
        max_length=LONGEST,
        validators=[validate_text],
        extensions=GUEST_EXTENSIONS,
        sanitize=clean_post,
    )
    is_own = forms.BooleanField(
        label=gettext_lazy(
            "I have written this text myself, and it may be published here under my name."
        ),
        required=False,
    )

    @property
    def media(self):
        return super().media + EDITOR_MEDIA

    @property
    def words(self):
        """The fields that are written in; the last one asks for a word of honour."""
        return [self["title"], self["text"]]

    def __init__(self, *args, is_whole=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_whole = is_whole

    def clean(self):
        cleaned = super().clean()
        if not self.is_whole:
            return cleaned
        if not cleaned.get("title"):
            self.add_error("title", _("A post needs a title."))
        characters = len(plain_text(cleaned.get("text", "")))
        if characters < SHORTEST:
            text = _("The text has %(count)d characters; a post needs at least %(least)d.")
            self.add_error("text", text % {"count": characters, "least": SHORTEST})
        if not cleaned.get("is_own"):
            self.add_error("is_own", _("Without your word we may not publish it."))
        return cleaned


@csp_override(ADMIN_CSP)  # the prose editor's import map is inline and carries a nonce
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_detail(request, token):
    try:
        invitation = links.read_invitation(token)
    except links.LinkError as error:
        return render(request, "dead_link.html", status=error.status)
    if request.method != "POST":
        return _page(request, invitation)
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        return _page(request, invitation, status=400)
    try:
        return act(request, invitation)
    except invitations.Overtaken:
        return _page(request, links.read_invitation(token), status=409, is_overtaken=True)


def _promise(request, invitation):
    form = PromiseForm(request.POST)
    if not form.is_valid():
        return _page(request, invitation, status=422, promise_form=form)
    invitations.promise(invitation.pk, form.cleaned_data["promised_on"])
    return redirect(request.path)


def _decline(request, invitation):
    invitations.decline(invitation.pk, is_final="is_final" in request.POST)
    return redirect(request.path)


def _save(request, invitation):
    form = WritingForm(request.POST)
    if not form.is_valid():
        return _page(request, invitation, status=422, form=form)
    _keep(invitation, form)
    return redirect(f"{request.path}#writing")


def _hand_in(request, invitation):
    """What is not whole yet is kept all the same, and stands in the form again."""
    form = WritingForm(request.POST, is_whole=True)
    if form.is_valid():
        data = form.cleaned_data
        invitations.hand_in(invitation.pk, title=data["title"], text=data["text"])
        return redirect(request.path)
    kept = WritingForm(request.POST)
    if kept.is_valid():
        _keep(invitation, kept)
    return _page(request, invitation, status=422, form=form)


def _keep(invitation, form):
    data = form.cleaned_data
    invitations.save_text(invitation.pk, title=data["title"], text=data["text"])


ACTS = {"promise": _promise, "decline": _decline, "save": _save, "hand_in": _hand_in}


def _page(request, invitation, *, status=200, **context):
    typed = {"title": invitation.title, "text": invitation.text}
    context = {
        "invitation": invitation,
        "comment": invitation.comment,
        "form": WritingForm(initial=typed),
        "promise_form": PromiseForm(initial={"promised_on": invitation.promised_on}),
    } | context
    return render(request, "comments/invitation_detail.html", context, status=status)
