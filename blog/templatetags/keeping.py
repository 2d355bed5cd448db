"""`{% keep %}`: a part of a page that is the same on all pages, made once and not for each."""

from django.template import Library, Node
from django.utils.translation import get_language

register = Library()

# All that such a part can print: nothing of the page, its request or its reader is in there.
KNOWN = ("SITE", "SITE_NAME", "BASE_URL", "DEBUG")


@register.tag
def keep(parser, token):
    """Keep what stands here as it is printed, a language, until the site's settings are read anew.

    That is each second (SiteSettings.load), so nothing has to be told of a change. Inside are the
    settings of the site and no other variable, whatever the page knows.
    """
    nodelist = parser.parse(("endkeep",))
    parser.delete_first_token()
    return KeepNode(nodelist)


class KeepNode(Node):
    child_nodelists = ()  # no block of another template stands in here

    def __init__(self, nodelist):
        self.nodelist = nodelist
        self.kept = {}

    def render(self, context):
        site, language = context.get("SITE"), get_language()
        of_site, printed = self.kept.get(language, (None, ""))
        if site is None or of_site is not site:
            bare = context.new({name: context[name] for name in KNOWN if name in context})
            printed = self.nodelist.render(bare)
            self.kept[language] = site, printed
        return printed
