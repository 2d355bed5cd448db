"""Every write of the comment tree, under the lock of its thread.

Measured rules (docs/decisions/0003): one tree for each top-level comment, its number the key of a
Thread row; lock the threads in key order, read again what you are going to change, write. Nothing
slow happens inside: cleaning, spam checks and mail come before or after. PostgreSQL must stay on
READ COMMITTED; on SQLite `transaction_mode: IMMEDIATE` is the lock.

`parent_id` is the truth; `lft`, `rght` and `level` are an index over it. The root alone counts the
visible comments of its tree (`visible_count`).
"""

from comments.tallies import count
from comments.tree.checking import Fault, check
from comments.tree.locks import Moved
from comments.tree.moving import CannotMove, move, move_thread, split
from comments.tree.numbering import edges
from comments.tree.repairing import repair
from comments.tree.writing import add, add_threads, change, delete

__all__ = [
    "CannotMove",
    "Fault",
    "Moved",
    "add",
    "add_threads",
    "change",
    "check",
    "count",
    "delete",
    "edges",
    "move",
    "move_thread",
    "repair",
    "split",
]
