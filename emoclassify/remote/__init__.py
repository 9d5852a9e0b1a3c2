"""Uses a server from outside: the Python client, and `submit` for whole folders of recordings."""
