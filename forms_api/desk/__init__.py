"""The desk of staff: who may sign in, what each may see, and the pages on which they work (design §6.13).

Every way to a case goes through `sight`, and every reading and doing leaves a line in the audit trail. Pages:
`entrance`, `queue`, `case_pages`, `task_pages`, `entering`. What is done: `acts` lists it all.
"""
