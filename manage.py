#!/usr/bin/env python
"""Run Django's management commands with this project's settings."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.DEBUG  # noqa: B018  (reads the settings, so a wrong value ends here)
    except ImproperlyConfigured as error:
        sys.exit(f"resonanz: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
