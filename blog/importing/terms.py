"""Categories and tags of an import, found again by their slug."""

from collections.abc import Iterable
from urllib.parse import unquote

from blog.importing.receipt import Receipt
from blog.models import Category, Tag
from blog.slugs import make_slug
from blog.text import plain_text
from blog.wxr import ItemTerm, Term

# WordPress puts a post without a category here.
NO_CATEGORY = frozenset({"uncategorized", "unkategorisiert"})


class Terms:
    def __init__(
        self, categories: Iterable[Term], tags: Iterable[Term], language: str, receipt: Receipt
    ) -> None:
        self.language, self.receipt = language, receipt
        self._found: dict[tuple[type, str], Category | Tag] = {}
        self._slug_by_number: dict[int, str] = {}
        self._new_categories: dict[str, Category] = {}
        parents = {}
        for term in categories:
            self._slug_by_number[term.number] = term.slug
            parents[term.slug] = term.parent
            self.category(term.slug, term.name, term.description)
        for term in tags:
            self.tag(term.slug, term.name)
        self._set_parents(parents)

    def category(self, slug: str, name: str, description: str = "") -> Category | None:
        if slug in NO_CATEGORY:
            return None
        return self._term(Category, slug, name, description=plain_text(description))

    def tag(self, slug: str, name: str) -> Tag:
        return self._term(Tag, slug, name)

    def of_item(
        self, terms: Iterable[ItemTerm], primary_number: int, where: str
    ) -> tuple[Category | None, list[Tag]]:
        """Return the category and the tags of an item.

        A post stands in one category here: the one WordPress or Yoast calls the primary, else the
        first. Its other categories become tags, so that it is still found there.
        """
        slugs = {term.slug: term.name for term in terms if term.domain == "category"}
        first = self._slug_by_number.get(primary_number, "")
        ordered = sorted((slug for slug in slugs if slug not in NO_CATEGORY), key=first.__ne__)
        tags = [self.tag(term.slug, term.name) for term in terms if term.domain == "post_tag"]
        if len(ordered) > 1:
            others = ", ".join(slugs[slug] for slug in ordered[1:])
            self.receipt.note("posts in several categories: the others became tags", where)
            self.receipt.note(f"categories that became tags: {others}")
        tags += [self.tag(slug, slugs[slug]) for slug in ordered[1:]]
        return (self.category(ordered[0], slugs[ordered[0]]) if ordered else None), tags

    def _term(self, model, wp_slug, name, **fields):
        if (model, wp_slug) not in self._found:
            name = plain_text(name) or unquote(wp_slug)
            slug = make_slug(unquote(wp_slug), self.language, max_length=100)
            slug = slug or make_slug(name, self.language, max_length=100) or "x"
            word = "categories" if model is Category else "tags"
            fields["name"] = self.receipt.fitted(name, 80, f"names of {word}")
            term, is_new = model.objects.get_or_create(slug=slug, defaults=fields)
            self.receipt.came_in[word] += is_new
            self._found[model, wp_slug] = term
            if is_new and model is Category:
                self._new_categories[wp_slug] = term
        return self._found[model, wp_slug]

    def _set_parents(self, parents):
        """Hang new categories under theirs, but never one under itself by however long a way."""
        for slug, category in self._new_categories.items():
            wanted = parents.get(slug, "")
            parent = self._found.get((Category, wanted))
            if slug in _chain(wanted, parents):
                self.receipt.note("categories that stood under themselves", category.name)
            elif parent:
                category.parent = parent
                category.save(update_fields=["parent"])
            elif wanted:
                self.receipt.note("categories whose upper category is missing", category.name)


def _chain(slug, parents):
    """Return `slug` and all slugs above it; a circle is gone round once."""
    seen = set()
    while slug and slug not in seen:
        seen.add(slug)
        slug = parents.get(slug, "")
    return seen
