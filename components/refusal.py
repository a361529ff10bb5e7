"""How a program ends where its user, or AWS, is the reason: with a message, without a traceback."""

import contextlib
import sys
from collections.abc import Generator
from typing import NoReturn

import pulumi

_TOLD = 32
"""The language host's code for "the user has been told".

https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/python/cmd/pulumi-language-python-exec
"""


def refuse(message: str) -> NoReturn:
    """Ends the program with a message alone."""
    pulumi.log.error(message)
    sys.exit(_TOLD)


@contextlib.contextmanager
def asking_aws() -> Generator[None]:
    """Ends the program with AWS's own words where a look-up in it fails."""
    try:
        yield
    except Exception as error:
        # Pulumi has no class for what a provider answers.
        if not str(error).startswith(("invoke of ", "invocation of ")):
            raise
        reason = str(error).rpartition("* ")[2].splitlines()[0]
        refuse(
            f"AWS was asked and did not answer: {reason}\n"
            "`aws sts get-caller-identity` tells whether your credentials are in order."
        )
