"""Mails about answers: who asked to be told, what they are told, and the links in those mails.

`telling` writes rows in the transaction in which an answer appears, `tasks` sends them, `links` and
`views` are what the mails lead to (docs/decisions/0060).
"""
