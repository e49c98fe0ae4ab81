"""Takes down what should never have been published: from the site, every kept release and, if asked, from git.

It decides nothing: an administrator names the filing and the reason. Copies elsewhere it cannot reach; it lists them.
"""

from mingbai.withdrawal.taking import NotThere, Withdrawal, withdraw

__all__ = ["NotThere", "Withdrawal", "withdraw"]
