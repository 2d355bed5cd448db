from django.urls import path, register_converter
from django.urls.converters import IntConverter

from blog import feeds, views


class YearConverter(IntConverter):
    """Years that a blog can have; 0 and 99999 would be errors in the database's calendar."""

    regex = "(?:19|20)[0-9]{2}"


register_converter(YearConverter, "year")

app_name = "blog"

urlpatterns = [
    path("", views.post_list, name="post_list"),
    path("posts/<slug:slug>/", views.post_detail, name="post_detail"),
    path("categories/<slug:slug>/", views.category_detail, name="category_detail"),
    path("tags/<slug:slug>/", views.tag_detail, name="tag_detail"),
    path("authors/<slug:slug>/", views.author_detail, name="author_detail"),
    path("archive/", views.archive_list, name="archive_list"),
    path("archive/<year:year>/", views.year_detail, name="year_detail"),
    path("archive/<year:year>/<int:month>/", views.month_detail, name="month_detail"),
    path("look/<slug:look>.css", views.look, name="look"),
    path("imprint/", views.imprint, name="imprint"),
    path("privacy/", views.privacy, name="privacy"),
    path("feed/", feeds.PostFeed(), name="feed"),
]
