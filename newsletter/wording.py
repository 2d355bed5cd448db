"""The sentences people agree to. A page shows exactly what its consent event keeps."""

from django.utils.translation import gettext as _

from newsletter.models import Newsletter


def signup_wording(newsletter: Newsletter) -> str:
    """Return what stands above the button of the sign-up form: sender, content, rhythm, leaving."""
    return _(
        "I would like to receive the newsletter “%(newsletter)s” from %(sender)s by e-mail, with "
        "the content described above. How often: %(rhythm)s. Whether I open it or click on "
        "anything in it is not measured. I can leave at any time, by the link in every mail."
    ) % _names(newsletter)


def confirm_wording(newsletter: Newsletter) -> str:
    """Return what stands above the button that confirms."""
    return _(
        "Yes, send me the newsletter “%(newsletter)s” from %(sender)s by e-mail. "
        "How often: %(rhythm)s. I can leave at any time, by the link in every mail."
    ) % _names(newsletter)


def end_wording(newsletter: Newsletter) -> str:
    return _("Do not send me the newsletter “%(newsletter)s” from %(sender)s any more.") % _names(
        newsletter
    )


def resume_wording(newsletter: Newsletter) -> str:
    return _("That was a mistake: keep sending me the newsletter “%(newsletter)s”.") % _names(
        newsletter
    )


def as_shown(newsletter: Newsletter, sentence: str) -> str:
    """Return what a page shows of `newsletter` above `sentence`, and it, for the consent event."""
    return f"{newsletter.name}\n\n{newsletter.description}\n\n{sentence}"


def _names(newsletter):
    return {
        "newsletter": newsletter.name,
        "sender": newsletter.sender,
        "rhythm": newsletter.rhythm,
    }
