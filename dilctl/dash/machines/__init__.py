"""Machines, agents and the queue."""
