"""Recordings that are analyzed one after another and survive any kill: a database of jobs, their files, a worker."""
