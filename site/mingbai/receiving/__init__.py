"""Takes pushes: makes the server, runs its hooks, merges, logs when everything came, wakes the builder.

What may come `gate` judges; what is built of it `builder` knows. Published means received here (design §6.5). Each hook
imports only what it needs, so nothing is imported here.
"""
