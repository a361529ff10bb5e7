"""Who deploys in a rehearsal, and how what the account has is told."""

import pytest

from ops.deployer import is_no_administrator, summary, wanted
from ops.user_error import UserError
from spec.stack_file import read_unpinned

ROLE = "arn:aws:iam::123456789012:role"
STACK = """\
config:
  aws:region: eu-west-1
  cluster:kubernetesVersion: "1.36"
  cluster:nodeGroups: {{general: {{instanceTypes: [m7i.large], nodes: 2}}}}
  cluster:access: {{{access}}}
"""


def stack(tmp_path, access: str):
    file = tmp_path / "Pulumi.it.yaml"
    file.write_text(STACK.format(access=access))
    return read_unpinned(file)


def made(**counts):
    return [
        {"kind": kind, "id": str(it)} for kind, number in counts.items() for it in range(number)
    ]


@pytest.mark.parametrize(
    ("there", "told"),
    [
        (made(role=1), "1 role"),
        (made(role=4, policy=1, VPC=1, subnet=4), "4 roles, 1 policy, a VPC with 4 subnets"),
        (made(policy=2, key=2), "2 policies, 2 keys"),
        (made(subnet=1), "1 subnet"),
        (made(**{"Local Zone": 2, "security group": 1}), "2 Local Zones, 1 security group"),
    ],
)
def test_what_was_put_into_the_account_is_counted(there, told):
    assert summary(there) == told


@pytest.mark.parametrize(
    ("access", "deployer", "told"),
    [
        ("admins: [creator]", None, ""),
        (f"admins: ['{ROLE}/a']", f"{ROLE}/a", ""),
        (f"admins: ['{ROLE}/a']", f"{ROLE}/path/a", ""),
        ("admins: nobody", None, "The user, who deploys, does not administer the cluster: kubectl"),
        (
            f"admins: ['{ROLE}/a'], deployersWithoutAdmin: ['{ROLE}/d']",
            f"{ROLE}/d",
            f"{ROLE}/d, who deploys, does not administer the cluster: kubectl may do there what",
        ),
        (
            f"admins: ['{ROLE}/a'], deployersWithoutAdmin: ['{ROLE}/d'], "
            f"kubeconfig: {{roleArn: '{ROLE}/a'}}",
            f"{ROLE}/d",
            f"{ROLE}/d, who deploys, does not administer the cluster; kubectl takes on {ROLE}/a.",
        ),
    ],
)
def test_a_deployer_who_cannot_administer_is_told_so(tmp_path, access, deployer, told):
    said = is_no_administrator(stack(tmp_path, access).cluster, deployer)
    assert said.startswith(told) if told else not said


def test_a_deployer_of_another_account_is_refused(tmp_path):
    stack_of_one = stack(tmp_path, f"admins: ['{ROLE}/a']")
    assert wanted(stack_of_one, f"{ROLE}/b").deployer == f"{ROLE}/b"
    other = "arn:aws:iam::999900001111:role/b"
    with pytest.raises(UserError, match=f"{other} is of another account than the stack"):
        wanted(stack_of_one, other)


def test_a_deployer_of_a_stack_that_names_no_account_brings_it_along(tmp_path):
    other = "arn:aws:iam::999900001111:role/b"
    givens = wanted(stack(tmp_path, "admins: [creator]"), other)
    assert (givens.account, givens.deployer) == ("999900001111", other)
