"""Names that stay within AWS's limits."""

import hashlib

AUTONAME_LENGTH = 8
"""Pulumi ends the names it makes with a hyphen and seven digits.

https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming
"""

_DIGEST_LENGTH = 8


def fitting(name: str, longest: int) -> str:
    """A name of limited length: itself, or its beginning and a digest of the whole.

    The same name always gives the same result, and two names never the same one in practice, so
    that nothing is replaced or mixed up for its name's length.

    Args:
        name: The name.
        longest: The most characters that it may have, more than nine.
    """
    if len(name) <= longest:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST_LENGTH]
    return f"{name[: longest - _DIGEST_LENGTH - 1].rstrip('-_.')}-{digest}"
