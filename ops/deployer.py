"""Who deploys in a rehearsal, and what the account has before."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from ops.embedded_aws import EmbeddedAws
from ops.engine import OWN, Credentials
from ops.user_error import UserError
from spec.givens import Givens
from spec.granted import givens_of
from spec.model import ClusterSpec
from spec.model.principals import CREATOR, identity
from spec.model.rules import administrators
from spec.problems import listed
from spec.stack_file import Stack


def wanted(stack: Stack, deployer: str | None) -> Givens:
    """What a stack takes for granted, with a principal that deploys.

    Args:
        stack: The stack.
        deployer: The ARN of a role or user; None: as the stack file has it.

    Raises:
        UserError: The principal is of another account.
    """
    givens = givens_of(stack, deployer)
    who = identity(givens.deployer) if givens.deployer else None
    if who and who.account != givens.account:
        raise UserError(
            f"{givens.deployer} is of another account than the stack, which is of {givens.account}"
        )
    return givens


def settle(aws: EmbeddedAws, state: Path, givens: Givens) -> Credentials:
    """Puts into the embedded account what a stack takes for granted, and signs in there.

    Args:
        aws: The embedded AWS.
        state: The folder of the rehearsal, where it is remembered who deploys.
        givens: What the stack takes for granted.

    Returns:
        The credentials of whoever deploys.
    """
    if made := aws.give(givens):
        print(
            f"The embedded account {givens.account} has what the stack file takes for granted: "
            f"{summary(made)}."
        )
    if givens.elsewhere:
        print(f"Of other accounts, which it does not have: {listed(givens.elsewhere)}.")
    _file(state).write_text(givens.deployer or "", encoding="utf-8")
    return sign_in(aws, state)


def sign_in(aws: EmbeddedAws, state: Path, deployer: str | None = None) -> Credentials:
    """The credentials of whoever deploys; says who that is, unless it is the rehearsal's own user.

    Args:
        aws: The embedded AWS.
        state: The folder of the rehearsal.
        deployer: The ARN of a role or user; None: whoever deployed last.
    """
    file = _file(state)
    deployer = deployer or (file.read_text(encoding="utf-8") if file.exists() else "")
    if not deployer:
        return OWN
    print(f"{deployer} deploys.")
    return aws.credentials(deployer)


def summary(made: Iterable[Mapping[str, str]]) -> str:
    """What was put into the account, counted: `4 roles, a VPC with 2 subnets`."""
    counts = Counter(it["kind"] for it in made)
    vpc, subnets = counts.pop("VPC", 0), counts.pop("subnet", 0)
    parts = [_counted(number, kind) for kind, number in counts.items()]
    if subnets:
        parts.append(f"{'a VPC with ' if vpc else ''}{_counted(subnets, 'subnet')}")
    return ", ".join(parts)


def is_no_administrator(cluster: ClusterSpec, deployer: str | None) -> str:
    """What kubectl can do for a deployer who does not administer the cluster; empty for others.

    Args:
        cluster: The cluster.
        deployer: The ARN of the role or user; None: the rehearsal's own user.
    """
    known = administrators(cluster)
    admins = {identity(arn) for arn in known}
    if CREATOR in known or (deployer and identity(deployer) in admins):
        return ""
    who = f"{deployer or 'The user'}, who deploys, does not administer the cluster"
    role = cluster.access.kubeconfig.role_arn
    if role:
        return f"{who}; kubectl takes on {role}."
    return f"{who}: kubectl may do there what access entries let it do."


def _counted(number: int, kind: str) -> str:
    if number == 1:
        return f"1 {kind}"
    return f"{number} {kind[:-1]}ies" if kind.endswith("cy") else f"{number} {kind}s"


def _file(state: Path) -> Path:
    return state / "deployer"
