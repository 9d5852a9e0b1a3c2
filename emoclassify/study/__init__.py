"""Studies: many people see one film, and what the panel shows lies on the film's clock.

Numbers only: no files and no jobs, so that the same panel comes from a folder, from the API and in a notebook.
"""
