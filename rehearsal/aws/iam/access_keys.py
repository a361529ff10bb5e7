"""Whose access key it is."""

from moto.iam.models import iam_backends

from rehearsal.aws.account import ACCOUNT


def account_of(access_key: str) -> str:
    """The account that an access key is of; the rehearsal's own for one that IAM did not make.

    moto's own answer makes IAM anew for each partition, with AWS's 1,300 policies, to look into it:
    the first call to AWS waits for that for a second.
    """
    for account, partitions in list(iam_backends.items()):
        if any(access_key in iam.access_keys for iam in list(partitions.values())):
            return account
    return ACCOUNT
