"""What stands between the network and a program of this project: which names it answers to, and which connections."""
