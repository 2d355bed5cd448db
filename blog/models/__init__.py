from blog.models.author import Author
from blog.models.post import Category, OldAddress, Post, PostAuthor, Tag
from blog.models.ratelimit import RateLimit

__all__ = ["Author", "Category", "OldAddress", "Post", "PostAuthor", "RateLimit", "Tag"]
