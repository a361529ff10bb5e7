"""The access policies that EKS offers for access entries."""

from collections.abc import Mapping

from spec import facts


def access_policies(partition: str) -> Mapping[str, str]:
    """The ARN of every access policy, by name, in the order of the names."""
    return {name: policy.arn(partition) for name, policy in sorted(facts.access_policies().items())}
