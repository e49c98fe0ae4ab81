"""Names the folders and files of a portal by which rooms and hooks know each other's things; it opens none."""

CONFIG = "mkdocs.yml"
FILINGS = "datasets/filings"
OPEN = ("content/", f"{FILINGS}/")  # what a push may change (design §6.9); the rest changes on the server
WITHDRAWN = "datasets/withdrawn.csv"  # what was taken down, and why; no push may change it
