"""That somebody whose answer was worth more is asked to write a post of their own."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from blog.errands import Errand
from blog.models import Author, Post
from blog.validators import validate_line, validate_text
from comments.models.comment import Comment

# An invitation that nobody has answered for so long is not answered any more.
ANSWER_WITHIN = timedelta(days=60)


class InvitationQuerySet(models.QuerySet):
    def unanswered(self):
        return self.filter(state=Invitation.State.OPEN)

    def promised(self):
        """Guest posts that somebody has promised and not handed in yet."""
        return self.filter(state=Invitation.State.PROMISED)

    def standing(self):
        """Those that keep their person from being invited once more."""
        return self.filter(Q(state__in=Invitation.STANDING) | Q(is_final=True))

    def at_desk_of(self, user):
        """What `user` finds in the admin: who publishes all, others what hangs on own posts."""
        if user.has_perm("blog.publish_post") or user.has_perm("comments.change_comment"):
            return self
        return self.filter(Q(invited_by=user) | Q(comment__post__authors__user=user)).distinct()


class Invitation(models.Model):
    """An open invitation is a question, a promised one a draft that only its guest sees.

    When it is handed in, the text becomes a post at the editors' desk and stays no longer here.
    """

    class State(models.TextChoices):
        OPEN = "open", _("not answered yet")
        PROMISED = "promised", _("promised")
        HANDED_IN = "handed_in", _("handed in")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    STANDING = frozenset({State.OPEN, State.PROMISED})

    author = models.ForeignKey(
        Author, models.CASCADE, related_name="invitations", verbose_name=_("guest")
    )
    comment = models.ForeignKey(
        Comment,
        models.SET_NULL,
        null=True,
        related_name="invitations",
        verbose_name=_("because of the answer"),
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("guest", "invited by"),
    )
    words = models.TextField(
        _("personal words"),
        blank=True,
        max_length=1000,
        validators=[validate_text],
        help_text=_("They stand in the mail, above the link."),
    )
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OPEN)
    is_final = models.BooleanField(
        _("wants no other"),
        default=False,
        help_text=_("The guest asked never to be invited again."),
    )
    promised_on = models.DateField(_("promised for"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=200, blank=True, validators=[validate_line])
    text = models.TextField(_("text"), blank=True, validators=[validate_text])
    post = models.OneToOneField(
        Post,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="invitation",
        verbose_name=_("post"),
    )
    created_at = models.DateTimeField(_("invited"), default=timezone.now)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    saved_at = models.DateTimeField(_("text saved"), null=True, blank=True)
    handed_in_at = models.DateTimeField(
        _("handed in"),
        null=True,
        blank=True,
        help_text=_("With the word that the text is the guest's own and may be published here."),
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation to a guest post")
        verbose_name_plural = _("invitations to guest posts")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["promised_on"], condition=Q(state="promised"), name="invitation_promised"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["author"],
                condition=Q(state__in=["open", "promised"]),
                name="invitation_one_standing",
            )
        ]

    def __str__(self):
        return f"{self.author}: {self.get_state_display()}"

    @property
    def is_standing(self):
        return self.state in self.STANDING

    @property
    def is_outdated(self):
        """Whether nobody has answered it for so long that its link leads nowhere."""
        is_open = self.state == self.State.OPEN
        return is_open and self.created_at < timezone.now() - ANSWER_WITHIN

    @property
    def is_overdue(self):
        is_promised = self.state == self.State.PROMISED and self.promised_on is not None
        return is_promised and self.promised_on < timezone.localdate()

    @property
    def host_name(self):
        """Who invites, as their readers know them; "" if that is nobody who writes here."""
        author = getattr(self.invited_by, "author", None)
        return author.name if author else ""


class InvitationMail(Errand):
    """The invitation on its way to the guest, or what came of it on its way to who invited."""

    class Kind(models.TextChoices):
        INVITED = "invited", _("to the guest")
        PROMISED = "promised", _("promised")
        DECLINED = "declined", _("declined")
        HANDED_IN = "handed_in", _("handed in")

    invitation = models.ForeignKey(
        Invitation, models.CASCADE, related_name="mails", verbose_name=_("invitation")
    )
    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta(Errand.Meta):
        verbose_name = _("mail about a guest post")
        verbose_name_plural = _("mails about guest posts")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["invitation", "kind"], name="invitationmail_once")
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.invitation_id}"
