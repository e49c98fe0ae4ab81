"""Photos that residents add to a letter: how they arrive, and the one way by which a picture gets in.

Nothing here stores or shows a photo: `cases` does the one, the desk the other.
"""
