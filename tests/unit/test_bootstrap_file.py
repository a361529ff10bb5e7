"""bootstrap/Pulumi.<name>.yaml: what it may say, and what is said of what it may not."""

import pytest

from spec.bootstrap import deploy_trust, preview_trust, read_bootstrap_file
from spec.problems import StackFileError

GITHUB = "  bootstrap:github: {repository: octo-org/platform, environments: [production]}\n"
REGION = "  aws:region: ap-northeast-2\n"


def read(tmp_path, text):
    path = tmp_path / "Pulumi.main.yaml"
    path.write_text("config:\n" + text)
    return read_bootstrap_file(path)


def test_a_region_and_a_repository_are_enough(tmp_path):
    spec = read(tmp_path, REGION + GITHUB).spec
    assert spec.bucket_name("123456789012") == "eks-cluster-state-123456789012-ap-northeast-2"
    assert spec.all_regions == ("ap-northeast-2",)


def test_the_one_that_comes_along_can_be_used():
    from ops.engine import ROOT

    read_bootstrap_file(ROOT / "bootstrap" / "Pulumi.main.yaml")


BAD = {
    "no region": (GITHUB, "aws:region: is missing"),
    "nobody": (REGION, "nobody would deploy"),
    "repository": (
        REGION + "  bootstrap:github: {repository: platform, environments: [production]}\n",
        'bootstrap:github.repository: "platform" is not a repository such as octo-org/platform',
    ),
    "wildcard": (
        REGION + '  bootstrap:github: {repository: octo-org/*, environments: ["*"]}\n',
        'bootstrap:github.environments[0]: "*" is not an environment such as production',
    ),
    "no environment": (
        REGION + "  bootstrap:github: {repository: octo-org/platform, environments: []}\n",
        "bootstrap:github.environments: must have at least one entry",
    ),
    "branch": (
        REGION + '  bootstrap:gitlab: {project: a/b, branch: "*"}\n',
        'bootstrap:gitlab.branch: "*" is not a branch such as main',
    ),
    "project": (
        REGION + "  bootstrap:gitlab: {project: platform}\n",
        "bootstrap:gitlab.project:",
    ),
    "host": (
        REGION + "  bootstrap:gitlab: {project: a/b, host: https://gitlab.com}\n",
        "bootstrap:gitlab.host:",
    ),
    "provider": (
        REGION + "  bootstrap:gitlab: {project: a/b, providerArn: x}\n",
        "bootstrap:gitlab.providerArn:",
    ),
    "ids": (
        REGION + "  bootstrap:github: {repository: a/b, environments: [p], ids: {owner: 1}}\n",
        "bootstrap:github.ids.repository: is missing",
    ),
    "id": (
        REGION
        + "  bootstrap:github: {repository: a/b, environments: [p], ids: {owner: 0, repository: 1}}"
        + "\n",
        "bootstrap:github.ids.owner: must be 1 or more, not 0",
    ),
    "bucket": (
        REGION + GITHUB + "  bootstrap:stateBucket: {name: Octo}\n",
        "bootstrap:stateBucket.name:",
    ),
    "old versions": (
        REGION + GITHUB + "  bootstrap:stateBucket: {oldVersionsDays: 0}\n",
        "bootstrap:stateBucket.oldVersionsDays: must be 1 or more, not 0",
    ),
    "logs": (
        REGION + GITHUB + "  bootstrap:stateBucket: {logDays: 0}\n",
        "bootstrap:stateBucket.logDays: must be 1 or more, not 0",
    ),
    "organization": (
        REGION + GITHUB + "  bootstrap:stateBucket: {organization: mine}\n",
        "bootstrap:stateBucket.organization:",
    ),
    "key": (
        REGION
        + GITHUB
        + "  bootstrap:key: {keyArn: 'arn:aws:kms:ap-northeast-2:123456789012:key/1'}\n",
        "bootstrap:key.keyArn: must be left out",
    ),
    "path": (REGION + GITHUB + "  bootstrap:iam: {path: /}\n", "bootstrap:iam.path:"),
    "services": (
        REGION + GITHUB + '  bootstrap:iam: {services: ["s3:*"]}\n',
        "bootstrap:iam.services[0]:",
    ),
    "hours": (
        REGION + GITHUB + "  bootstrap:iam: {sessionHours: 13}\n",
        "bootstrap:iam.sessionHours: must be 12 or less, not 13",
    ),
    "regions": (
        REGION + GITHUB + "  bootstrap:regions: [cn-north-1]\n",
        "bootstrap:regions[0]: cn-north-1 is of another partition of AWS than ap-northeast-2",
    ),
    "name": (REGION + GITHUB + "  bootstrap:name: Eks\n", "bootstrap:name:"),
    "protect": (
        REGION + GITHUB + '  bootstrap:protect: "no"\n',
        "bootstrap:protect: must be true or false",
    ),
    "unknown": (
        REGION + GITHUB + "  bootstrap:gihub: {}\n",
        'bootstrap:gihub: unknown key "gihub"; did you mean "github"?',
    ),
    "of a stack": (
        REGION + GITHUB + '  cluster:kubernetesVersion: "1.36"\n',
        'cluster:kubernetesVersion: unknown key "cluster:kubernetesVersion"',
    ),
}


@pytest.mark.parametrize("case", sorted(BAD))
def test_what_is_wrong_is_said_with_its_line(tmp_path, case):
    text, said = BAD[case]
    with pytest.raises(StackFileError) as refused:
        read(tmp_path, text)
    assert said in str(refused.value)
    assert "Pulumi.main.yaml:" in str(refused.value)


def test_an_empty_file_is_told_of(tmp_path):
    with pytest.raises(StackFileError, match="has no settings"):
        read(tmp_path, "")


def test_a_repository_with_ids_has_subjects_with_ids(tmp_path):
    spec = read(
        tmp_path,
        REGION
        + "  bootstrap:github:\n    repository: octocat/my-repo\n    environments: [production]\n"
        + "    ids: {owner: 123456, repository: 456789}\n",
    ).spec
    (deploy,), (preview,) = deploy_trust(spec), preview_trust(spec)
    assert deploy.subjects == ["repo:octocat@123456/my-repo@456789:environment:production"]
    assert preview.subjects[1] == "repo:octocat@123456/my-repo@456789:ref:refs/heads/main"


def test_a_branch_is_a_claim_of_github_only_where_sts_reads_it(tmp_path):
    spec = read(tmp_path, "  aws:region: cn-north-1\n" + GITHUB).spec
    (deploy,) = deploy_trust(spec)
    assert deploy.claims == {}
