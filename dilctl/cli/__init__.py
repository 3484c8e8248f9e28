"""The command line: a file per family of commands; each parses, calls the use cases, prints."""
