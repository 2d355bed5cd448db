"""A form that shows when it was opened and holds a field that no person fills in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from comments.formtoken import FIELD, FormToken, FormUse


class GuardedForm(forms.Form):
    """Refuses what was not sent from a form of ours, kindly: the text is kept, the next try works.

    Its template includes comments/_guard.html. A browser may fill in the trap by itself; then the
    field shows, empty again and with a word about it, and the new token remembers what happened.
    """

    def __init__(self, *args, post_id, **kwargs):
        super().__init__(*args, **kwargs)
        self.post_id = post_id
        self.is_trapped = False
        sent = self.data.get(FIELD, "") if self.is_bound else ""
        self.sent_token = FormToken.read(sent, post_id)
        self.token = self.sent_token or FormToken.new(post_id)

    @property
    def use(self) -> FormUse:
        """How the form was sent; for a form that is valid."""
        trap = self.data.get(self.token.trap, "")
        after = self.token.sent_after_seconds
        return FormUse(after, self.token.trap, trap, self.token.was_trapped)

    def clean(self):
        cleaned = super().clean()
        if self.sent_token is None:
            raise forms.ValidationError(
                _(
                    "This form has been open for more than a day, or it came without our mark. "
                    "Your text is still here; please send it once more."
                ),
                code="form_token",
            )
        if self.use.trap:
            self.is_trapped = True
            self.token = FormToken.new(self.post_id, was_trapped=True)
            raise forms.ValidationError(
                _(
                    "A field that has to stay empty was filled in, perhaps by your browser. "
                    "It is empty again now; please send your answer once more."
                ),
                code="trap",
            )
        return cleaned
