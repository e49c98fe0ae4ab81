"""Takes pushes: makes the server, runs its hooks, merges, logs when everything came, wakes the builder.

What may come `gate` judges; what is built of it `builder` knows. Published means received here (design §6.5).
"""

from mingbai.receiving.installing import Refused, init, take_files, take_history
from mingbai.receiving.layout import Server

__all__ = ["Refused", "Server", "init", "take_files", "take_history"]
