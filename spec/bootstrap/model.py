"""The typed model of a bootstrap: state bucket, key, and who deploys from where."""

from typing import Annotated, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from spec import facts
from spec.model import EncryptionSpec, wrong
from spec.model.base import AsTuple, Model, Unique, arn, matches, one_of

# https://docs.github.com/en/rest/repos/repos and
# https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments
_REPOSITORY = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?/[A-Za-z0-9._-]+"
# https://docs.gitlab.com/user/reserved_names/#limitations-on-usernames-project-and-group-names-and-slugs
_PROJECT = r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)+"
# No character that IAM's conditions, or the parts of a subject, take for something else.
_BRANCH = r"[A-Za-z0-9][A-Za-z0-9._/-]*"
_ENVIRONMENT = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_HOST = r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?"
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_BUCKET = r"[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]"
# https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html
_ORGANIZATION = r"o-[a-z0-9]{10,32}"

SERVICES = (
    "acm",
    "arc-zonal-shift",
    "autoscaling",
    "cloudwatch",
    "cognito-idp",
    "ec2",
    "ec2messages",
    "ecr",
    "eks",
    "eks-auth",
    "elasticfilesystem",
    "elasticloadbalancing",
    "iam",
    "kms",
    "logs",
    "pricing",
    "route53",
    "s3",
    "shield",
    "sqs",
    "ssm",
    "ssmmessages",
    "sts",
    "tag",
    "waf-regional",
    "wafv2",
    "xray",
)
"""What the policies of AWS for nodes and add-ons, and those of `spec.facts`, are about."""

Provider = Annotated[
    str,
    arn(
        "the ARN of an identity provider",
        "iam",
        "oidc-provider/.+",
        "oidc-provider/token.actions.githubusercontent.com",
    ),
]
Branch = Annotated[str, matches("a branch", _BRANCH, "main")]


class GithubIdsSpec(Model):
    """The ids of a repository and its owner, which `gh api repos/OWNER/NAME` tells.

    https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens/
    """

    owner: Annotated[int, Field(ge=1)]
    """The owner's id."""
    repository: Annotated[int, Field(ge=1)]
    """The repository's id."""


class GithubSpec(Model):
    """A repository on GitHub whose workflows deploy.

    https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws
    """

    repository: Annotated[str, matches("a repository", _REPOSITORY, "octo-org/platform")]
    """Owner and name of the repository."""
    ids: GithubIdsSpec | None = None
    """For a repository whose tokens name ids too: all that were made or renamed since 2026-07-15,
    and those that have chosen so. Default: its tokens name the names alone."""
    branch: Branch = "main"
    """The branch that is deployed."""
    environments: Annotated[
        tuple[Annotated[str, matches("an environment", _ENVIRONMENT, "production")], ...],
        AsTuple,
        Unique,
        Field(min_length=1),
    ]
    """Environments whose jobs deploy; GitHub says who approves them, and from which branch."""
    provider_arn: Provider | None = None
    """The identity provider, where the account has one for GitHub: it can have only one.
    Default: it is made."""


class GitlabSpec(Model):
    """A project on GitLab whose pipelines deploy.

    https://docs.gitlab.com/ci/cloud_services/aws/
    """

    project: Annotated[str, matches("a project's path", _PROJECT, "octo-group/platform")]
    """Path of the project, with its groups."""
    host: Annotated[str, matches("a host", _HOST, "gitlab.example.com")] = "gitlab.com"
    """Where GitLab is; AWS has to reach it over the internet to check its tokens."""
    branch: Branch = "main"
    """The branch that is deployed. It has to be a protected one, as has the environment."""
    provider_arn: Provider | None = None
    """The identity provider, where the account has one for that host. Default: it is made."""


class StateBucketSpec(Model):
    """The bucket that holds the state of all stacks."""

    name: Annotated[str, matches("a bucket's name", _BUCKET, "octo-org-state")] | None = None
    """Its name, which nobody else in the world can have. Default: `<name>-state-<account>-<region>`
    of this file."""
    old_versions_days: Annotated[int, Field(ge=1, le=3650)] = 90
    """Days for which what was overwritten or deleted can be brought back."""
    log_days: Annotated[int, Field(ge=1, le=3650)] = 365
    """Days for which it is kept who has read and written what."""
    organization: (
        Annotated[str, matches("an organization", _ORGANIZATION, "o-exampleorgid")] | None
    ) = None
    """An organization in AWS, whose accounts get in if a role of theirs lets them. Default: this
    account alone."""


class StackRolesSpec(Model):
    """What holds for IAM roles: those that stacks make, and those that deploy them."""

    path: Annotated[
        str, matches("an IAM path", r"/[A-Za-z0-9-]+(?:/[A-Za-z0-9-]+)*/", "/eks-cluster/")
    ] = "/eks-cluster/"
    """The path of roles that stacks make: as in their `cluster:iam.path`."""
    services: Annotated[
        tuple[Annotated[str, matches("a service", r"[a-z0-9-]+", "dynamodb")], ...],
        AsTuple,
        Unique,
        Field(min_length=1),
    ] = SERVICES
    """Services of AWS, as IAM calls them, that roles of clusters may use at most: add what your
    workloads use. Default: what nodes, add-ons and the well-known controllers do."""
    session_hours: Annotated[int, Field(ge=1, le=12)] = 2
    """How long a job can deploy with one sign-in; AWS allows 12. A first `pulumi up` takes about
    12 minutes, a change of Kubernetes version with all nodes 40 and more."""


class BootstrapSpec(Model):
    """What a team needs once."""

    region: Annotated[str, one_of(facts.regions, "a region")]
    """The region of bucket and key."""
    name: Annotated[str, matches("a name", r"[a-z][a-z0-9-]{1,19}", "eks-cluster")] = "eks-cluster"
    """What the names of all that is made begin with."""
    regions: Annotated[
        tuple[Annotated[str, one_of(facts.regions, "a region")], ...], AsTuple, Unique
    ] = ()
    """Regions that stacks may be in. Default: that of the bucket."""
    state_bucket: StateBucketSpec = StateBucketSpec()
    """The bucket of the state."""
    key: EncryptionSpec = EncryptionSpec()
    """The key that encrypts state and secrets; `keyArn` is of no use here."""
    iam: StackRolesSpec = StackRolesSpec()
    """What holds for IAM roles."""
    github: GithubSpec | None = None
    """A repository on GitHub."""
    gitlab: GitlabSpec | None = None
    """A project on GitLab."""
    tags: Annotated[dict[str, str], Field(default_factory=dict[str, str])]
    """Tags of everything, beside `ManagedBy`."""
    protect: bool = True
    """Whether bucket and key are kept from being destroyed."""

    @field_validator("key")
    @classmethod
    def _new_key(cls, key: EncryptionSpec) -> EncryptionSpec:
        if key.key_arn:
            raise wrong("must be left out: a key is made", "keyArn")
        return key

    @field_validator("regions")
    @classmethod
    def _same_partition(cls, regions: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        home = facts.regions().get(info.data.get("region", ""))
        for index, name in enumerate(regions):
            if home and facts.regions()[name].partition != home.partition:
                raise wrong(f"{name} is of another partition of AWS than {home.name}", index)
        return regions

    @model_validator(mode="after")
    def _somebody_deploys(self) -> Self:
        if not (self.github or self.gitlab):
            raise wrong(
                "nobody would deploy: name a repository on GitHub, e.g. bootstrap:github: "
                "{repository: octo-org/platform, environments: [production]}, or a project on "
                "GitLab, e.g. bootstrap:gitlab: {project: octo-group/platform}"
            )
        return self

    @property
    def partition(self) -> str:
        """The AWS partition: `aws`, `aws-cn` or `aws-us-gov`."""
        return facts.regions()[self.region].partition

    @property
    def all_regions(self) -> tuple[str, ...]:
        """Regions that stacks may be in."""
        return self.regions or (self.region,)

    @property
    def own_path(self) -> str:
        """The path of roles and policies that are made here, out of reach of those that deploy."""
        return f"/{self.name}-bootstrap/"

    def bucket_name(self, account: str) -> str:
        """The name of the state bucket.

        Args:
            account: The account's id.
        """
        return self.state_bucket.name or f"{self.name}-state-{account}-{self.region}"
