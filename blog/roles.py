"""What each role may do: Django groups with their permissions, made after each migration.

A role is an addition: who has two may do what either may. What somebody has granted a group by hand
stays; what is named here comes back with the next `migrate`.
"""

from collections import defaultdict

from django.apps import apps as installed_apps
from django.db import DEFAULT_DB_ALIAS

EDITOR = "Editor"
AUTHOR = "Author"
MODERATOR = "Moderator"
NEWSLETTER = "Newsletter"

GRANTS: dict[str, set[tuple[str, str]]] = defaultdict(set)


def grant(role: str, app_label: str, **models: str) -> None:
    """Let `role` do things with models of an app: `grant(EDITOR, "blog", post="view change")`."""
    for model, actions in models.items():
        GRANTS[role] |= {(app_label, f"{action}_{model}") for action in actions.split()}


def make_roles(using: str = DEFAULT_DB_ALIAS, apps=installed_apps, **kwargs: object) -> None:
    """Make the groups and give them what they lack; on `post_migrate` of django.contrib.auth.

    That app is migrated after all that roles speak of, so their permissions exist. Of a database
    that is not migrated to the end, what is missing comes with the rest.
    """
    try:
        groups = apps.get_model("auth", "Group").objects.using(using)
        permissions = apps.get_model("auth", "Permission").objects.using(using)
    except LookupError:
        return
    labels = {label for granted in GRANTS.values() for label, _code in granted}
    known = {
        (permission.content_type.app_label, permission.codename): permission
        for permission in permissions.filter(content_type__app_label__in=labels).select_related(
            "content_type"
        )
    }
    for role, granted in GRANTS.items():
        group, _is_new = groups.get_or_create(name=role)
        group.permissions.add(*(known[key] for key in granted if key in known))
