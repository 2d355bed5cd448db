from django.apps import AppConfig
from django.db.models.signals import pre_delete
from django.utils.translation import gettext_lazy as _


class CommentsConfig(AppConfig):
    name = "comments"
    verbose_name = _("Comments")

    def ready(self):
        from blog import roles
        from blog.erasing import HOLDINGS, Holding
        from blog.models import Post
        from blog.models.author import PAGE_GROUNDS
        from blog.people import SHARES, Share
        from blog.ready import RULES as READY_RULES
        from blog.rendering import RENDERED, Rendered
        from blog.text import clean_comment
        from blog.today import CHARTS, SECTIONS
        from comments import erasing, invitations, people, reports, searching, tallies, today
        from comments.models import Comment, has_answered

        roles.grant(
            roles.MODERATOR, "comments", comment="view change delete", decision="view",
            report="view change delete", reportmail="view change",
            spamrule="view add change delete", spamcheck="view change", spamfeedback="view change",
            akismetstate="view", spamclassifier="view change", follow="view change",
            followmail="view change", answermail="view change", digest="view change",
            claimmail="view change", invitation="view add change", invitationmail="view change",
        )  # fmt: skip
        roles.grant(
            roles.EDITOR, "comments", invitation="view add change", invitationmail="view change"
        )
        roles.grant(roles.AUTHOR, "comments", invitation="view add change")
        READY_RULES.append(invitations.agreed)
        SECTIONS[:0] = [today.waiting, today.questions, today.guest_posts]
        CHARTS.append(today.answers_by_week)
        PAGE_GROUNDS.append(has_answered)
        HOLDINGS.append(Holding(erasing.survey, erasing.erase))
        SHARES.append(Share("answers", people.survey, people.move, people.back))
        RENDERED.append(Rendered(Comment, "body_html", ("body",), clean_comment))
        RENDERED.append(Rendered(Comment, "addendum_html", ("addendum",), clean_comment))
        searching.connect()
        tallies.follow_people()
        pre_delete.connect(
            reports.decide_with_post, sender=Post, dispatch_uid="comments.decide_with_post"
        )
