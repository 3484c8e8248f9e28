"""The form that submits runs."""
