"""Makes of each filing a sentence and a picture for the chat group; it says nothing that its page does not say.

What is said is read from the site that stands, so that a picture is as public as a page, and nothing is computed anew.
"""

from mingbai.cards.command import add_options, run

__all__ = ["add_options", "run"]
