"""The same work done by dilctl and by its peers, each in a child process of its own."""
