"""A server from outside: its client, and a folder of recordings through it."""
