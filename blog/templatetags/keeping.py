"""`{% keep %}`: a part of a page that is made once, and not for each reader."""

from django.template import Library, Node, TemplateSyntaxError
from django.utils.translation import get_language

register = Library()

# The settings of the site: nothing of the page, its request or its reader is in there.
SETTINGS = ("SITE", "SITE_NAME", "BASE_URL", "DEBUG")
# States of a page that a part is kept for.
MOST = 500


@register.tag
def keep(parser, token):
    """Keep what stands here as it is printed, a language, until the site's settings change.

    `{% keep %}` is for what is the same on all pages: inside are the settings of the site and no
    other variable, whatever the page knows. `{% keep known %}` is for what follows from the
    variables of a Known (blog/known.py): they are inside as well, and the part is kept by what they
    say. Where a page knows no such thing, as the preview of a post, nothing is kept.

    So nothing has to be told of a change, and nothing of a reader gets in.
    """
    _tag, *names = token.split_contents()
    if len(names) > 1:
        raise TemplateSyntaxError("keep takes one variable at most")
    nodelist = parser.parse(("endkeep",))
    parser.delete_first_token()
    return KeepNode(nodelist, *names)


class KeepNode(Node):
    child_nodelists = ()  # no block of another template stands in here

    def __init__(self, nodelist, name=""):
        self.nodelist = nodelist
        self.name = name
        self.kept = {}

    def render(self, context):
        site, known = context.get("SITE"), context.get(self.name) if self.name else None
        if self.name and known is None:
            return self.nodelist.render(context)
        key = get_language(), known and known.state
        of_site, printed = self.kept.get(key, (None, ""))
        if site is None or of_site is not site:
            printed = self._print(context, known)
            if len(self.kept) >= MOST:
                self.kept.clear()
            self.kept[key] = site, printed
        return printed

    def _print(self, context, known):
        inside = {name: context[name] for name in SETTINGS if name in context}
        return self.nodelist.render(context.new(inside | (known.variables if known else {})))
