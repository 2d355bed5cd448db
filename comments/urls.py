from django.urls import URLPattern, path

from blog.feeds import PagedFeed, feed_view
from comments import (
    claim_views,
    feeds,
    invitation_views,
    like_views,
    own_views,
    report_views,
    views,
)
from comments.notices.urls import urlpatterns as notice_urlpatterns
from comments.webhook import akismet_webhook

app_name = "comments"


def feed_paths(prefix: str, feed: type[PagedFeed], name: str) -> list[URLPattern]:
    """Return the addresses of a feed of answers in its three formats."""
    return [
        path(f"{prefix}feed/", feed_view(feed, "rss"), name=f"{name}feed"),
        path(f"{prefix}atom/", feed_view(feed, "atom"), name=f"{name}atom"),
        path(f"{prefix}json/", feed_view(feed, "json"), name=f"{name}json"),
    ]


urlpatterns = [
    path("posts/<slug:slug>/reply/", views.comment_create, name="comment_create"),
    path("posts/<slug:slug>/reply/<int:parent_id>/", views.comment_create, name="comment_reply"),
    path("posts/<slug:slug>/threads/<int:pk>/", views.thread_detail, name="thread_detail"),
    path("posts/<slug:slug>/answers/news/", views.answer_news, name="answer_news"),
    *feed_paths("answers/", feeds.AnswerFeed, ""),
    *feed_paths("posts/<slug:slug>/answers/", feeds.PostAnswerFeed, "post_"),
    *feed_paths("posts/<slug:slug>/threads/<int:pk>/", feeds.ThreadAnswerFeed, "thread_"),
    path("hooks/akismet/<str:token>/", akismet_webhook, name="akismet_webhook"),
    path("c/<int:pk>/", views.comment_detail, name="comment_detail"),
    path("c/<int:pk>/change/", own_views.comment_update, name="comment_update"),
    path("c/<int:pk>/delete/", own_views.comment_delete, name="comment_delete"),
    path("c/<int:pk>/mine/", claim_views.comment_claim, name="comment_claim"),
    path("f/o/<str:token>/", claim_views.comment_own, name="comment_own"),
    path("g/<str:token>/", invitation_views.invitation_detail, name="invitation_detail"),
    path("c/<int:pk>/like/", like_views.comment_like, name="comment_like"),
    path("c/<int:pk>/report/", report_views.comment_report, name="comment_report"),
    path("c/<int:pk>/reported/", report_views.comment_reported, name="comment_reported"),
    *notice_urlpatterns,
]
