"""Whom the roles trust: what a job's token has to say, provider by provider.

A token of GitHub says in its subject where a job runs: for a pull request, on a branch, or in an
environment; the last takes the others' place. Its branch is a claim of its own, which STS compares
since January 2026, in the regions of the partition `aws`. A token of GitLab has the branch in its
subject, also for merge requests, and its environment where IAM cannot read it.
https://docs.github.com/en/actions/reference/security/oidc
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
https://aws.amazon.com/about-aws/whats-new/2026/01/aws-sts-supports-validation-identity-provider-claims/
https://docs.gitlab.com/ci/secrets/id_token_authentication/
Read 2026-12-01.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from spec.bootstrap.model import BootstrapSpec, GithubSpec, GitlabSpec

GITHUB = "token.actions.githubusercontent.com"
"""GitHub's issuer, without its scheme."""

AUDIENCE = "sts.amazonaws.com"
"""For whom tokens are made: what GitHub's action says by itself, and jobs of GitLab have to say.

https://github.com/aws-actions/configure-aws-credentials
https://docs.gitlab.com/ci/yaml/#id_tokens
"""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Trust:
    """What tokens of one issuer have to say.

    Attributes:
        provider: `github` or `gitlab`.
        issuer: Without its scheme.
        audience: The `aud` of the tokens.
        subjects: Each of them will do; `*` stands for anything.
        claims: Further claims that must be so.
    """

    provider: str
    issuer: str
    audience: str
    subjects: Sequence[str]
    claims: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])


def preview_trust(spec: BootstrapSpec) -> Iterator[Trust]:
    """Who previews: pull requests, and runs on the branch that look for drift."""
    if spec.github:
        repository = _repository(spec.github)
        subjects = [f"{repository}:pull_request", f"{repository}:ref:{_ref(spec.github.branch)}"]
        yield Trust(provider="github", issuer=GITHUB, audience=AUDIENCE, subjects=subjects)
    if spec.gitlab:
        yield _gitlab(spec.gitlab, "*")


def deploy_trust(spec: BootstrapSpec) -> Iterator[Trust]:
    """Who deploys: jobs of the branch; on GitHub, in one of the environments."""
    if spec.github:
        repository = _repository(spec.github)
        yield Trust(
            provider="github",
            issuer=GITHUB,
            audience=AUDIENCE,
            subjects=[f"{repository}:environment:{it}" for it in spec.github.environments],
            claims={"ref": _ref(spec.github.branch)} if spec.partition == "aws" else {},
        )
    if spec.gitlab:
        yield _gitlab(spec.gitlab, spec.gitlab.branch)


def _repository(github: GithubSpec) -> str:
    if github.ids is None:
        return f"repo:{github.repository}"
    owner, _, name = github.repository.partition("/")
    return f"repo:{owner}@{github.ids.owner}/{name}@{github.ids.repository}"


def _ref(branch: str) -> str:
    return f"refs/heads/{branch}"


def _gitlab(gitlab: GitlabSpec, branch: str) -> Trust:
    return Trust(
        provider="gitlab",
        issuer=gitlab.host,
        audience=AUDIENCE,
        subjects=[f"project_path:{gitlab.project}:ref_type:branch:ref:{branch}"],
    )
