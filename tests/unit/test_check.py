"""`python -m ops check`."""

import datetime
import json
import subprocess
import sys
from pathlib import Path

import pytest

from ops import check as checking
from spec import facts
from spec.advice import advice
from spec.stack_file import read_stack_file
from tests.stack_files import GOOD, stack_file, write_lock

ROOT = Path(__file__).parents[2]
NODES = "cluster:nodeGroups.general.nodes"
DAY = datetime.date(2026, 7, 1)


def _check(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ops", "check", *arguments],
        cwd=cwd,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_check_fails_with_exit_code_1_and_no_traceback(tmp_path):
    (tmp_path / "Pulumi.dev.yaml").write_text(GOOD.replace("t3.medium", "t3.medum"))
    write_lock(tmp_path / "Pulumi.dev.yaml")
    finished = _check("Pulumi.dev.yaml", cwd=tmp_path)
    assert finished.returncode == 1
    assert finished.stdout == ""
    assert finished.stderr.startswith("Pulumi.dev.yaml:11:23: ")
    assert "Traceback" not in finished.stderr


def test_check_accepts_the_dev_stack():
    finished = _check("Pulumi.dev.yaml", cwd=ROOT)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout == (
        "Pulumi.dev.yaml: ok: cluster dev, Kubernetes 1.36, ap-northeast-2 in 3 zones, "
        "node groups: general (2 x t3.medium), administrators: creator\n"
    )


def test_check_without_a_file_checks_all_of_the_folder(tmp_path):
    (tmp_path / "Pulumi.a.yaml").write_text(GOOD)
    write_lock(tmp_path / "Pulumi.a.yaml")
    (tmp_path / "Pulumi.b.yaml").write_text("")
    write_lock(tmp_path / "Pulumi.b.yaml")
    finished = _check(cwd=tmp_path)
    assert finished.returncode == 1
    assert finished.stdout.startswith("Pulumi.a.yaml: ok: cluster a")
    assert finished.stderr.startswith("Pulumi.b.yaml: is empty")


def test_check_tells_machines_too(tmp_path):
    (tmp_path / "Pulumi.dev.yaml").write_text(GOOD.replace("nodes: 2", "nodes: -1"))
    write_lock(tmp_path / "Pulumi.dev.yaml")
    finished = _check("--json", cwd=tmp_path)
    assert finished.returncode == 1
    assert finished.stdout == (
        '[\n  {\n    "severity": "error",\n    "file": "Pulumi.dev.yaml",\n    "line": 12,\n'
        '    "column": 14,\n'
        f'    "path": "{NODES}",\n    "message": "must be 0 or more, not -1"\n  }}\n]\n'
    )


ADMIN = "arn:aws:iam::123456789012:role/path/Admin"
NAMED = GOOD.replace("[creator]", f"['{ADMIN}']")


@pytest.mark.parametrize(
    "deployer",
    [
        ADMIN,
        "arn:aws:iam::123456789012:role/Admin",
        "arn:aws:sts::123456789012:assumed-role/Admin/jane",
    ],
)
def test_check_knows_a_deployer_who_administers_by_any_spelling(deployer, tmp_path):
    (tmp_path / "Pulumi.dev.yaml").write_text(NAMED)
    write_lock(tmp_path / "Pulumi.dev.yaml")
    finished = _check("--deployer", deployer, cwd=tmp_path)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout.endswith(f"administrators: {ADMIN}\n")


def test_check_refuses_a_stack_that_locks_its_deployer_out(tmp_path):
    (tmp_path / "Pulumi.dev.yaml").write_text(NAMED)
    write_lock(tmp_path / "Pulumi.dev.yaml")
    finished = _check("--deployer", "arn:aws:iam::123456789012:user/ci", cwd=tmp_path)
    assert (finished.returncode, finished.stdout) == (1, "")
    assert finished.stderr.startswith(
        "Pulumi.dev.yaml:8:28: cluster:access.admins: arn:aws:iam::123456789012:user/ci, who runs "
        "this, would not administer the cluster; add it here, or, if that is meant, to "
        "deployersWithoutAdmin\n"
    )


def test_check_takes_no_deployer_that_is_none(tmp_path):
    finished = _check("--deployer", "ci", cwd=tmp_path)
    assert finished.returncode == 2
    assert "must be the ARN of an IAM role or user such as" in finished.stderr


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            "  cluster:nodeGroups: {}\n  cluster:autoMode: {}",
            "in 3 zones, Auto Mode: general-purpose, system, administrators: creator",
        ),
        (
            "  cluster:autoMode: {nodePools: []}",
            "Auto Mode: node pools of your own, node groups: general (2 x m7i.large), "
            "administrators: creator",
        ),
        (
            "  cluster:network: {existing: {vpc: vpc-0123abcd, privateSubnets: {tags: {a: b}}}}",
            "ap-northeast-2 in vpc-0123abcd, node groups: general (2 x m7i.large), administrators: "
            "creator",
        ),
        (
            "  cluster:hybridNodes: {nodeCidrs: [10.80.0.0/16]}\n"
            "  cluster:network: {serviceCidr: 172.20.0.0/16}",
            "3 zones, hybrid nodes: 10.80.0.0/16, node groups: general (2 x m7i.large), "
            "administrators: creator",
        ),
        (
            "  cluster:fargateProfiles: {it: {selectors: [{namespace: a}]}}",
            "node groups: general (2 x m7i.large), Fargate profiles: it, administrators: creator",
        ),
        (
            "  cluster:access: {admins: nobody}",
            "node groups: general (2 x m7i.large), administrators: nobody",
        ),
    ],
)
def test_the_summary_says_what_would_be_made(lines, told, tmp_path, capsys):
    (tmp_path / "Pulumi.dev.yaml").write_text(stack_file(lines))
    write_lock(tmp_path / "Pulumi.dev.yaml")
    assert checking.check([tmp_path / "Pulumi.dev.yaml"]) == 0
    assert told in capsys.readouterr().out


def advised(lines: str, folder: Path, day: datetime.date = DAY) -> list[str]:
    file = folder / "Pulumi.dev.yaml"
    file.write_text(stack_file(lines))
    write_lock(file)
    stack = read_stack_file(file)
    return [
        f"{problem.position and problem.position.line} {problem.path}: {problem.message}"
        for problem in stack.told(advice(stack.cluster, day)).problems
    ]


CALENDAR = "https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html"
OLD = '  cluster:kubernetesVersion: "1.34"'


class TestSupport:
    """Standard support of 1.34 ends on 2026-12-02, extended a year later."""

    def test_sixty_one_days_before_nothing_is_said(self, tmp_path):
        assert advised(OLD, tmp_path, datetime.date(2026, 10, 2)) == []

    def test_sixty_days_before_it_is(self, tmp_path):
        (told,) = advised(OLD, tmp_path, datetime.date(2026, 10, 3))
        assert told == (
            "5 cluster:kubernetesVersion: standard support of 1.34 ends on 2026-12-02: EKS then "
            "upgrades the cluster by itself, as controlPlane.supportType is STANDARD; newer: 1.36, "
            f"1.35 ({CALENDAR}, 2026-08-22)"
        )

    def test_afterwards_too_and_what_extended_support_means(self, tmp_path):
        lines = f"{OLD}\n  cluster:controlPlane: {{supportType: EXTENDED}}"
        (told,) = advised(lines, tmp_path, datetime.date(2026, 12, 2))
        assert told == (
            "5 cluster:kubernetesVersion: standard support of 1.34 ended on 2026-12-02: the "
            "cluster then stays as it is until 2027-12-02, at the price of extended support, as "
            f"controlPlane.supportType is EXTENDED; newer: 1.36, 1.35 ({CALENDAR}, 2026-08-22)"
        )

    def test_a_warning_is_no_refusal(self, tmp_path, monkeypatch, capsys):
        class LongAfter(datetime.datetime):
            @classmethod
            def now(cls, tz=None):
                return cls(2099, 1, 1, tzinfo=tz)

        (tmp_path / "Pulumi.dev.yaml").write_text(GOOD)
        write_lock(tmp_path / "Pulumi.dev.yaml")
        monkeypatch.setattr(checking.datetime, "datetime", LongAfter)
        monkeypatch.chdir(tmp_path)
        assert checking.check([]) == 0
        assert capsys.readouterr().err.startswith(
            "warning: Pulumi.dev.yaml:3:30: cluster:kubernetesVersion: standard support of 1.36 "
        )
        assert checking.check([], as_json=True) == 0
        (told,) = json.loads(capsys.readouterr().out)
        assert (told["severity"], told["line"]) == ("warning", 3)


def _over(lines: str, folder: Path) -> str:
    (told,) = advised(lines, folder)
    return told


class TestQuotas:
    """What a new account may have."""

    def test_interface_endpoints(self, tmp_path):
        services = [it for it in facts.vpc_endpoints() if it not in ("s3", "dynamodb")][:51]
        lines = "  cluster:network: {vpcEndpoints: [%s]}"
        assert advised(lines % ", ".join(services[:50]), tmp_path) == []
        assert _over(lines % ", ".join(services), tmp_path).startswith(
            "6 cluster:network.vpcEndpoints: needs 51 interface endpoints of a VPC; a new account "
            "may have 50, unless AWS raised it (https://docs.aws.amazon.com/"
        )

    def test_node_groups(self, tmp_path):
        groups = [f"g{n}: {{instanceTypes: [m7i.large], nodes: 1}}" for n in range(31)]
        lines = "  cluster:nodeGroups: {%s}"
        assert advised(lines % ", ".join(groups[:30]), tmp_path) == []
        assert _over(lines % ", ".join(groups), tmp_path).startswith(
            "5 cluster:nodeGroups: needs 31 managed node groups of a cluster; a new account may "
        )

    def test_nodes_of_a_group(self, tmp_path):
        lines = "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: %s}}"
        assert advised(lines % 450, tmp_path) == []
        assert _over(lines % 451, tmp_path).startswith(
            "5 cluster:nodeGroups.a.nodes: needs 451 nodes of a managed node group; a new account "
        )

    def test_fargate_profiles(self, tmp_path):
        profiles = [f"p{n}: {{selectors: [{{namespace: n{n}}}]}}" for n in range(11)]
        lines = "  cluster:fargateProfiles: {%s}"
        assert advised(lines % ", ".join(profiles[:10]), tmp_path) == []
        assert _over(lines % ", ".join(profiles), tmp_path).startswith(
            "6 cluster:fargateProfiles: needs 11 Fargate profiles of a cluster; a new account may "
        )

    def test_policies_of_fargate(self, tmp_path):
        policies = [f"'arn:aws:iam::123456789012:policy/p{n}'" for n in range(10)]
        lines = "  cluster:fargateProfiles: {a: {selectors: [{namespace: a}], policies: [%s]}}"
        assert advised(lines % ", ".join(policies[:9]), tmp_path) == []
        assert _over(lines % ", ".join(policies), tmp_path).startswith(
            "6 cluster:fargateProfiles.a.policies: needs 11 managed policies attached to a role; "
        )

    def test_policies_of_a_role(self, tmp_path):
        policies = [f"'arn:aws:iam::123456789012:policy/p{n}'" for n in range(11)]
        lines = "  cluster:capabilities: {a: {type: ACK, policies: [%s]}}"
        assert advised(lines % ", ".join(policies[:10]), tmp_path) == []
        assert _over(lines % ", ".join(policies), tmp_path).startswith(
            "6 cluster:capabilities.a.policies: needs 11 managed policies attached to a role; a new"
        )

    @pytest.mark.parametrize(
        ("lines", "path", "most"),
        [
            (
                "serviceAccounts: {a: {namespace: a, serviceAccount: a, %s}}",
                "serviceAccounts.a",
                10,
            ),
            # One is there already: that of the driver.
            (
                "addons: {aws-ebs-csi-driver: {identity: {%s}}}",
                "addons.aws-ebs-csi-driver.identity",
                9,
            ),
        ],
    )
    def test_policies_of_pods(self, lines, path, most, tmp_path):
        policies = [f"'arn:aws:iam::123456789012:policy/p{n}'" for n in range(most + 1)]
        some, all_of_them = (f"policies: [{', '.join(it)}]" for it in (policies[:-1], policies))
        assert advised(f"  cluster:{lines % some}", tmp_path) == []
        assert _over(f"  cluster:{lines % all_of_them}", tmp_path).startswith(
            f"6 cluster:{path}.policies: needs 11 managed policies attached to a role; a new"
        )

    def test_rules_of_the_cluster_security_group(self, tmp_path):
        rules = [f"r{n}: {{description: x, fromPort: 1, cidr: 10.9.{n}.0/24}}" for n in range(60)]
        rules.append("out: {description: x, direction: egress, fromPort: 1, cidr: 10.9.0.0/16}")
        lines = "  cluster:controlPlane: {securityGroupRules: {%s}}"
        assert advised(lines % ", ".join(rules[1:]), tmp_path) == []
        assert _over(lines % ", ".join(rules), tmp_path).startswith(
            "6 cluster:controlPlane.securityGroupRules: needs 61 inbound, and outbound, rules of a "
        )


@pytest.mark.parametrize(
    ("selector", "warned"),
    [("namespace: ap*", True), ("namespace: a", False), ("namespace: app, labels: {a: b}", False)],
)
def test_pods_on_fargate_should_have_their_role_by_irsa(selector, warned, tmp_path):
    lines = (
        f"  cluster:fargateProfiles: {{it: {{selectors: [{{{selector}}}]}}}}\n"
        "  cluster:serviceAccounts: {a: {namespace: app, serviceAccount: a, roleArn: "
        "'arn:aws:iam::123456789012:role/it'}}"
    )
    assert advised(lines, tmp_path) == (
        [
            "7 cluster:serviceAccounts.a.identity: is podIdentity, but pods of app run on Fargate "
            "(fargateProfiles.it), where it gives them no role; say irsa"
        ]
        if warned
        else []
    )


def test_hybrid_nodes_should_have_a_say_in_the_block_of_services(tmp_path):
    lines = "  cluster:hybridNodes: {nodeCidrs: [10.80.0.0/16]}"
    assert _over(lines, tmp_path).startswith("1 cluster:network.serviceCidr: is not given: EKS ")
    lines += "\n  cluster:network: {serviceCidr: 172.20.0.0/16}"
    assert advised(lines, tmp_path) == []


@pytest.mark.parametrize(
    ("addon", "account"),
    [
        ("aws-ebs-csi-driver: {identity: {type: none}}", "kube-system/ebs-csi-controller-sa"),
        (
            "aws-mountpoint-s3-csi-driver: {version: v2.0.0-eksbuild.1}",
            "kube-system/s3-csi-driver-sa",
        ),
    ],
)
def test_addons_that_call_aws_should_have_a_role(addon, account, tmp_path):
    lines = f"  cluster:addons: {{{addon}}}"
    name = addon.partition(":")[0]
    assert _over(lines, tmp_path) == (
        f"6 cluster:addons.{name}: calls AWS as the service account {account}, which has no role, "
        "and the metadata service of nodes does not answer pods; name identity.policies or "
        "identity.roleArn, or the service account among serviceAccounts"
    )
    namespace, _, its_name = account.partition("/")
    lines += (
        f"\n  cluster:serviceAccounts: {{it: {{namespace: {namespace}, serviceAccount: {its_name}, "
        "roleArn: 'arn:aws:iam::123456789012:role/it'}}"
    )
    assert advised(lines, tmp_path) == []


class TestWaivers:
    """When a waiver of the policy pack's rules ends."""

    LINES = "  cluster:policy: {waivers: [{rule: tags, reason: moves, until: 2026-09-30}]}"

    def test_nothing_is_said_of_one_that_holds_for_long(self, tmp_path):
        assert advised(self.LINES, tmp_path, datetime.date(2026, 9, 15)) == []

    def test_it_is_told_before_its_last_day(self, tmp_path):
        (told,) = advised(self.LINES, tmp_path, datetime.date(2026, 9, 16))
        assert told == (
            "6 cluster:policy.waivers[0].until: the waiver of tags ends on 2026-09-30; keep the "
            "rule, or say anew why not, and until when"
        )
        assert advised(self.LINES, tmp_path, datetime.date(2026, 9, 30)) == [told]

    def test_afterwards_the_rule_counts_again(self, tmp_path):
        (told,) = advised(self.LINES, tmp_path, datetime.date(2026, 10, 1))
        assert told == (
            "6 cluster:policy.waivers[0].until: the waiver of tags ended on 2026-09-30: the rule "
            "counts again; keep the rule, or say anew why not, and until when"
        )
