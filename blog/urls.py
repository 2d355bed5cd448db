from django.urls import path

from blog import feeds, views

app_name = "blog"

urlpatterns = [
    path("", views.post_list, name="post_list"),
    path("posts/<slug:slug>/", views.post_detail, name="post_detail"),
    path("categories/<slug:slug>/", views.category_detail, name="category_detail"),
    path("tags/<slug:slug>/", views.tag_detail, name="tag_detail"),
    path("authors/<slug:slug>/", views.author_detail, name="author_detail"),
    path("archive/", views.archive_list, name="archive_list"),
    path("archive/<int:year>/", views.year_detail, name="year_detail"),
    path("archive/<int:year>/<int:month>/", views.month_detail, name="month_detail"),
    path("imprint/", views.imprint, name="imprint"),
    path("privacy/", views.privacy, name="privacy"),
    path("feed/", feeds.PostFeed(), name="feed"),
]
