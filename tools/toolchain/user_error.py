"""The exception that ends a set-up with a message instead of a traceback."""


class UserError(Exception):
    """Something that the user has to know or do; the message says both."""
