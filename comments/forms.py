"""What a reader may type into an answer."""

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from blog.language import guess_language
from blog.text import clean_comment, plain_text
from blog.validators import validate_line, validate_text, validate_web_address
from comments import sending
from comments.guard import GuardedForm
from comments.models import Comment

MAX_CHARACTERS = 20_000


class TextField(forms.CharField):
    """A text of several lines, counted as browsers count: a line break is one character.

    A form sends it as two (HTML, 4.10.22.4), which an answer of full length would not survive.
    """

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")


class CommentForm(GuardedForm):
    body = TextField(
        label=_("Your answer"),
        max_length=MAX_CHARACTERS,
        validators=[validate_text],
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={
            "required": _("Please write something."),
            "max_length": _(
                "Your answer has %(show_value)d characters; %(limit_value)d are possible. "
                "Nothing has been cut off."
            ),
        },
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        validators=[validate_line],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Please say who is answering.")},
    )
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("Never shown."),
        validators=[validate_line],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Please give an e-mail address; it is never shown."),
            "invalid": _("This is not an e-mail address."),
        },
    )
    website = forms.URLField(
        label=_("Website"),
        required=False,
        max_length=500,
        assume_scheme="https",
        validators=[validate_web_address],
        widget=forms.URLInput(attrs={"autocomplete": "url", "placeholder": "https://"}),
        error_messages={"invalid": _("This is not a web address.")},
    )

    wants_mail = forms.BooleanField(
        label=_("Tell me when somebody answers"),
        help_text=_("By e-mail, after you have confirmed your address once by a link we send you."),
        required=False,
    )
    may_be_checked = forms.BooleanField(
        label=_("My answer may be checked by Akismet"),
        help_text=_(
            "Then it is sent to Akismet (Automattic, USA) with your name, e-mail and IP address, "
            "to keep spam out. If you would rather not, it simply waits until one of us has read "
            "it."
        ),
        required=False,
    )
    sending_key = forms.CharField(
        required=False, initial=sending.new_form_key, widget=forms.HiddenInput
    )

    def __init__(self, *args, person=None, asks_consent=False, **kwargs):
        """`person` is the Author of who is logged in; they are not asked who they are.

        `asks_consent` says that Akismet is told only what writers agree to.
        """
        super().__init__(*args, **kwargs)
        self.person = person
        if not asks_consent:
            del self.fields["may_be_checked"]
        if person is not None:
            for name in ("name", "email", "website"):
                del self.fields[name]
            if not person.email:
                del self.fields["wants_mail"]

    @property
    def follow_in(self) -> str:
        """The language to tell of answers in, "" if the writer does not want to be told."""
        return (get_language() or "") if self.cleaned_data.get("wants_mail") else ""

    def clean_body(self):
        body = self.cleaned_data["body"]
        if not plain_text(clean_comment(body)):
            raise forms.ValidationError(_("Please write something."), code="required")
        return body

    def comment(self, **fields: object) -> Comment:
        """Return the unsaved comment of a valid form; `fields` are post, parent and the like."""
        data = self.cleaned_data
        comment = Comment(body=data["body"], **fields)
        comment.language = guess_language(data["body"], comment.language)
        comment.akismet_consent_at = timezone.now() if data.get("may_be_checked") else None
        if self.person is None:
            comment.name, comment.email = data["name"], data["email"]
            comment.website = data["website"]
        else:
            comment.name, comment.email = self.person.name, self.person.email or ""
            comment.author, comment.is_verified = self.person, True
        return comment


class ChangeForm(forms.Form):
    """The text of an own answer; it is held to the rules of every answer's text."""

    body = CommentForm.base_fields["body"]
    clean_body = CommentForm.clean_body


class AddendumForm(ChangeForm):
    """What is added to an own answer; named `body`, so that a page that failed gives it back."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["body"].label = _("Your addendum")
