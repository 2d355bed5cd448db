from blog.models.announcement import Announcement
from blog.models.author import Author
from blog.models.authormerge import AuthorMerge
from blog.models.byline import PostAuthor
from blog.models.change import Change
from blog.models.draft import Draft, EditingSession
from blog.models.media import Licence, MediaFile, MediaRendering, PostMedia
from blog.models.oldaddress import OldAddress
from blog.models.outsidelink import OutsideLink, PostOutsideLink
from blog.models.post import Post
from blog.models.poster import Poster
from blog.models.publishing import Override
from blog.models.ratelimit import RateLimit
from blog.models.redirect import Redirect
from blog.models.related import PostLink, RelatedPost, Relative, RelativeSearch
from blog.models.review import ReviewAgreement, ReviewLink, ReviewMail, ReviewRemark
from blog.models.revision import PostRevision
from blog.models.search import SearchEntry, SearchWord
from blog.models.series import Series
from blog.models.signin import SignIn
from blog.models.site import CommentPolicy, FrontSection, Look, MenuItem, SiteSettings
from blog.models.taxonomy import Category, Tag
from blog.models.termmerge import CategoryMerge, TagMerge

__all__ = [
    "Announcement",
    "Author",
    "AuthorMerge",
    "Category",
    "CategoryMerge",
    "Change",
    "CommentPolicy",
    "Draft",
    "EditingSession",
    "MenuItem",
    "FrontSection",
    "Licence",
    "Look",
    "MediaFile",
    "MediaRendering",
    "OldAddress",
    "OutsideLink",
    "Override",
    "Post",
    "PostAuthor",
    "PostLink",
    "Poster",
    "PostMedia",
    "PostOutsideLink",
    "PostRevision",
    "RateLimit",
    "Redirect",
    "RelatedPost",
    "Relative",
    "RelativeSearch",
    "ReviewAgreement",
    "ReviewLink",
    "ReviewMail",
    "ReviewRemark",
    "Series",
    "SearchEntry",
    "SearchWord",
    "SignIn",
    "SiteSettings",
    "Tag",
    "TagMerge",
]
