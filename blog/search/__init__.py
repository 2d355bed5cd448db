"""Search over posts and what other apps add, the same on SQLite and PostgreSQL.

One analysis of ours makes terms of texts and of queries (analysis.py, query.py); the database only
looks terms up. docs/decisions/0080 says why.
"""
