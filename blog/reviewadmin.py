"""Review links of a post: making, ending, and what was said with them."""

from django.contrib import admin, messages
from django.db.models import F
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from blog import review
from blog.models import ReviewRemark
from blog.reviewforms import ReviewLinkForm


class ReviewsPosts(admin.ModelAdmin):
    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/review/", wrap(self.review), name="blog_post_review"),
            path(
                "<int:pk>/review/<int:link>/end/",
                wrap(self.end_review_link),
                name="blog_post_review_end",
            ),
            path(
                "<int:pk>/review/remarks/<int:remark>/",
                wrap(self.remark_done),
                name="blog_post_review_done",
            ),
            *super().get_urls(),
        ]

    @method_decorator([never_cache, require_http_methods(["GET", "HEAD", "POST"])])
    def review(self, request, pk):
        """List links, remarks and agreements; by POST make a link and show its address once."""
        post = self._reviewed_post(request, pk)
        form, address, status = ReviewLinkForm(request.POST or None), "", 200
        if request.method == "POST" and not post.is_public:
            status = 201 if form.is_valid() else 422
        if status == 201:
            whom = form.cleaned_data["for_whom"]
            link, address = review.make_link(post, user=request.user, for_whom=whom)
            self.log_change(request, post, [{"added": {"name": _("review link"), "object": whom}}])
            form = ReviewLinkForm()
        context = {
            **self.admin_site.each_context(request),
            **self._review_context(post),
            "title": _("Review of “%(title)s”") % {"title": post.title},
            "opts": self.opts,
            "post": post,
            "form": form,
            "address": address,
            "links": post.review_links.select_related("created_by"),
        }
        return render(request, "admin/blog/post/review.html", context, status=status)

    @method_decorator(require_POST)
    def end_review_link(self, request, pk, link):
        post = self._reviewed_post(request, pk)
        row = post.review_links.filter(pk=link).first()
        if row is None:
            raise Http404
        if post.review_links.filter(pk=link).revoke():
            name = {"name": _("review link"), "object": str(row)}
            self.log_change(request, post, [{"deleted": name}])
            text = _("The link for %(whom)s has ended.") % {"whom": row}
            self.message_user(request, text, messages.SUCCESS)
        return redirect("admin:blog_post_review", post.pk)

    @method_decorator(require_POST)
    def remark_done(self, request, pk, remark):
        """Mark a remark as done, or as not done after all."""
        post = self._reviewed_post(request, pk)
        row = ReviewRemark.objects.filter(link__post=post, pk=remark).first()
        if row is None:
            raise Http404
        row.done_at = None if "again" in request.POST else timezone.now()
        row.save(update_fields=["done_at"])
        return redirect("admin:blog_post_review", post.pk)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        post = self.get_object(request, object_id)
        context = (extra_context or {}) | (self._review_context(post) if post else {})
        return super().change_view(request, object_id, form_url, context)

    def _reviewed_post(self, request, pk):
        post = self.get_queryset(request).filter(pk=pk).first()
        if post is None or not self.has_change_permission(request, post):
            raise Http404
        return post

    def _review_context(self, post):
        """Return what the form of a post, too, shows of its review."""
        remarks = ReviewRemark.objects.filter(link__post=post).select_related("link")
        open_first = F("done_at").asc(nulls_first=True)
        return {
            "review_remarks": remarks.order_by(open_first, "paragraph", "pk"),
            "review_agreements": review.agreements(post),
        }
