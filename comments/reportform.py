"""What a reader may type into a report."""

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from blog.validators import validate_line, validate_text
from comments import reports
from comments.guard import GuardedForm
from comments.models import Comment, Report

MAX_CHARACTERS = 5_000
Reason = Report.Reason


class ReportForm(GuardedForm):
    reason = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=[("", _("Please choose")), *Reason.choices],
        error_messages={"required": _("Please say what is wrong with this answer.")},
    )
    text = forms.CharField(
        label=_("Explanation"),
        help_text=_("Necessary if the answer is against the law: say why."),
        required=False,
        max_length=MAX_CHARACTERS,
        validators=[validate_text],
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "max_length": _(
                "Your explanation has %(show_value)d characters; %(limit_value)d are possible. "
                "Nothing has been cut off."
            )
        },
    )
    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=120,
        validators=[validate_line],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("Only if you want to hear what we decide."),
        required=False,
        validators=[validate_line],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("This is not an e-mail address.")},
    )
    is_in_good_faith = forms.BooleanField(
        label=_("To the best of my knowledge, what I report is correct and complete."),
        help_text=_("Necessary if the answer is against the law."),
        required=False,
    )

    def clean(self):
        """Hold a notice of unlawful content to Art. 16(2) (a) and (d) of the DSA."""
        cleaned = super().clean()
        if cleaned.get("reason") == Reason.UNLAWFUL:
            if "text" not in self.errors and not cleaned.get("text"):
                self.add_error("text", gettext("Please say why this answer is against the law."))
            if not cleaned.get("is_in_good_faith"):
                self.add_error("is_in_good_faith", gettext("Please confirm this."))
        return cleaned

    def report(self, comment: Comment, network: str) -> Report:
        """Return the unsaved report of a valid form, sent from `network`, which is not kept."""
        data = {name: self.cleaned_data[name] for name in self.fields}
        sender = reports.sender_hash(comment.pk, data["email"] or network)
        return Report(comment=comment, language=get_language(), sender_hash=sender, **data)
