from django.contrib.syndication.views import Feed


class PostFeed(Feed):
    pass
