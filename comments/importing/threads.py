"""The answers to one post: which are new, where each of them hangs."""

from collections.abc import Iterator, Sequence
from itertools import batched

from blog import wxr
from blog.importing import SiteImport
from blog.importing.people import Person, authors_by_email
from blog.models import Post
from blog.validators import normalise_email
from comments import tree
from comments.importing.rows import Rows
from comments.models import Comment

Kind, Status = Comment.Kind, Comment.Status

# Notes among the team and logs of plug-ins: never public where they come from.
INTERNAL_KINDS = frozenset({"action_log", "note", "order_note", "webhook_delivery"})
LABELS = {
    Kind.COMMENT: "answers",
    Kind.REBLOG: "passed on (reblogs)",
    Kind.PINGBACK: "mentions (pingbacks)",
    Kind.TRACKBACK: "mentions (trackbacks)",
    Kind.WEBMENTION: "mentions (webmentions)",
}
UNSEEN = {
    Status.PENDING: "of these wait for approval",
    Status.SPAM: "of these are spam",
    Status.REMOVED: "of these are removed",
}


class PostImport:
    """The answers to one post."""

    def __init__(self, site: SiteImport, post: Post) -> None:
        self.site, self.post, self.receipt = site, post, site.receipt
        self.rows = Rows(site, post)

    def add(self, found: Sequence[wxr.Comment]) -> None:
        """Add what is not here yet: whole threads at once, late answers one by one."""
        wanted = {comment.number: comment for comment in self._unique(found)}
        here = self._here(wanted)
        self.receipt.was_here["answers and mentions"] += len(here.keys() & wanted.keys())
        new = {number: comment for number, comment in wanted.items() if number not in here}
        if not new:
            return
        parents = self._parents(new, here)
        comments = self._comments(sorted(new.values(), key=self.rows.order))
        late = _below(parents, here.keys())
        whole = {number: row for number, row in comments.items() if number not in late}
        tree.add_threads(whole, {number: parents[number] for number in whole})
        for number in late:
            row, parent = comments[number], parents[number]
            row.parent_id = here[parent] if parent in here else comments[parent].pk
            tree.add(row)
        tree.count(self.post.pk)
        self._report(comments.values())

    def _unique(self, found) -> Iterator[wxr.Comment]:
        seen = set()
        for comment in found:
            what = f"number {comment.number} (line {comment.line})"
            if comment.kind in INTERNAL_KINDS:
                self.receipt.leave_out(f"internal notes of kind “{comment.kind}”", what)
            elif comment.number in seen:
                self.receipt.leave_out("answers whose number came before", what)
            else:
                seen.add(comment.number)
                yield comment

    def _here(self, wanted):
        """Return {number: pk} of answers imported before, and of parents the file lacks."""
        numbers = wanted.keys() | {comment.parent for comment in wanted.values()}
        by_key = {self.site.key(number): number for number in numbers if number}
        here = {}
        for keys in batched(by_key, 500):
            rows = Comment.objects.filter(import_key__in=keys).order_by()
            for key, pk, post_id in rows.values_list("import_key", "pk", "post_id"):
                if post_id == self.post.pk or by_key[key] in wanted:
                    here[by_key[key]] = pk
        return here

    def _parents(self, new, here):
        """Return {number: parent's number or None}; what hangs nowhere or in a circle is a root."""
        parents: dict[int, int | None] = {}
        for number, comment in new.items():
            parent = comment.parent or None
            if parent is not None and parent not in new and parent not in here:
                what = f"number {number} (line {comment.line}) answers number {parent}"
                self.receipt.note(
                    "answers to what does not exist begin a thread of their own", what
                )
                parent = None
            parents[number] = parent
        for number in _circles(parents):
            what = f"number {number} (line {new[number].line})"
            self.receipt.note("answers in a circle: one begins a thread of its own", what)
            parents[number] = None
        return parents

    def _comments(self, found):
        """Return {number: unsaved Comment} with authors linked, in the order given."""
        rows = {comment.number: self.rows.make(comment) for comment in found}
        people: dict[str, Person] = {}
        for row in rows.values():
            if row.email and row.author is None:
                person = Person(row.name, row.website, row.language)
                people.setdefault(normalise_email(row.email), person)
        authors = authors_by_email(people, self.receipt)
        for row in rows.values():
            if row.email and row.author is None:
                row.author = authors[normalise_email(row.email)]
        return rows

    def _report(self, comments):
        for comment in comments:
            self.receipt.came_in[LABELS[comment.kind]] += 1
            self.receipt.level(comment.level)
            if comment.status in UNSEEN:
                self.receipt.note(UNSEEN[comment.status])


def _circles(parents):
    """Yield one number of each circle of parents, the smallest."""
    done: set[int] = set()
    for start in sorted(parents):
        path: dict[int, None] = {}
        number: int | None = start
        while number in parents and number not in done:
            if number in path:
                walked = list(path)
                yield min(walked[walked.index(number) :])
                break
            path[number] = None
            number = parents[number]
        done.update(path)


def _below(parents, here):
    """Return the numbers that hang, however far down, on what is here; parents before answers."""
    children: dict[int | None, list[int]] = {}
    for number, parent in parents.items():
        children.setdefault(parent, []).append(number)
    late = [number for pk in here for number in children.get(pk, [])]
    for number in late:
        late.extend(children.get(number, []))
    return late
