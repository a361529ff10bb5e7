"""The IAM documents of a bootstrap, from the tables of `policies/`."""

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from components.policies import Statement, document
from spec.bootstrap import Trust
from spec.facts import tables

FOLDER = Path(__file__).parent / "policies"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Names:
    """What the tables name in braces.

    Attributes:
        partition: The AWS partition.
        account: The account's id.
        regions: Regions that stacks may be in.
        path: The path of roles that stacks make.
        own_path: The path of the bootstrap's own roles and policies.
        bucket: The ARN of the state bucket.
        key: The ARN of the key.
        boundary: The ARN of the boundary.
        services: What roles of clusters may use at most.
    """

    partition: str
    account: str
    regions: Sequence[str]
    path: str
    own_path: str
    bucket: str
    key: str
    boundary: str
    services: Sequence[str]

    def filled(self, cell: str) -> list[str]:
        """The words of a cell, with what stands in braces."""
        iam = f"arn:{self.partition}:iam::{self.account}"
        known: Mapping[str, Sequence[str]] = {
            "regions": self.regions,
            "bucket": [self.bucket],
            "key": [self.key],
            "boundary": [self.boundary],
            "services": [f"{it}:*" for it in self.services],
            "any_role": [f"{iam}:role/*"],
            "roles": [f"{iam}:role{self.path}*"],
            "policies": [f"{iam}:policy{self.path}*"],
            "profiles": [f"{iam}:instance-profile{self.path}*"],
            "cluster_issuers": [f"{iam}:oidc-provider/oidc.eks.*"],
            "service_roles": [f"{iam}:role/aws-service-role/*"],
            # Those of AWS alone: what it publishes for everybody.
            "images": [f"arn:{self.partition}:ssm:*::parameter/aws/service/*"],
            "own_roles": [f"{iam}:role{self.own_path}*"],
        }
        words: list[str] = []
        for word in cell.split():
            found = re.fullmatch(r"\{(\w+)\}(.*)", word)
            words += [f"{it}{found[2]}" for it in known[found[1]]] if found else [word]
        return words


@dataclasses.dataclass(frozen=True, kw_only=True)
class Policy:
    """A row of the table of policies.

    Attributes:
        name: What it is called.
        roles: `preview`, `deploy`, both, or none.
        description: What it lets one do.
    """

    name: str
    roles: tuple[str, ...]
    description: str


def policies() -> list[Policy]:
    """All policies, in the order of the table."""
    return [
        Policy(
            name=row["policy"], roles=tuple(row["roles"].split()), description=row["description"]
        )
        for row in tables.read("policies", FOLDER)
    ]


def policy(name: str, names: Names) -> str:
    """One policy, as JSON."""
    return document(*_statements(name, names))


def _statements(name: str, names: Names) -> Iterator[Statement]:
    conditions = {row["name"]: row for row in tables.read("conditions", FOLDER)}
    for row in tables.read("statements", FOLDER):
        if row["policy"] != name:
            continue
        tests: dict[str, dict[str, object]] = {}
        for word in row["conditions"].split():
            it = conditions[word]
            tests.setdefault(it["operator"], {})[it["key"]] = _short(names.filled(it["values"]))
        yield {
            "Sid": row["sid"],
            "Effect": row["effect"],
            "Action": _short(names.filled(row["actions"])),
            "Resource": _short(names.filled(row["resources"])),
            **({"Condition": tests} if tests else {}),
        }


def trust(trusts: Sequence[tuple[Trust, str]]) -> str:
    """The trust policy of a role that jobs take on with tokens of their provider.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html

    Args:
        trusts: What tokens have to say, and the ARN of their identity provider.
    """
    return document(*(_trust(it, provider) for it, provider in trusts))


def _trust(it: Trust, provider: str) -> Statement:
    exact = {f"{it.issuer}:aud": it.audience}
    exact |= {f"{it.issuer}:{claim}": value for claim, value in it.claims.items()}
    return {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": exact,
            "StringLike": {f"{it.issuer}:sub": _short(it.subjects)},
        },
    }


def state_bucket(*, bucket: str, account: str, organization: str | None) -> str:
    """The policy of the state bucket: over TLS, and for the account or organization alone.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html

    Args:
        bucket: The bucket's ARN.
        account: The account's id.
        organization: The organization's id; None for the account alone.
    """
    mine = {"aws:PrincipalOrgID": organization} if organization else {}
    strangers: Statement = {
        "Sid": "NoStrangers",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket, f"{bucket}/*"],
        "Condition": {"StringNotEquals": mine or {"aws:PrincipalAccount": account}},
    }
    return document(_over_tls(bucket), strangers)


def log_bucket(*, bucket: str, source: str, account: str, prefix: str) -> str:
    """The policy of the log bucket: S3 itself writes what it logs of one bucket.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html

    Args:
        bucket: The bucket's ARN.
        source: The ARN of the bucket that is logged.
        account: The account's id.
        prefix: What the logs' keys begin with.
    """
    return document(
        _over_tls(bucket),
        {
            "Sid": "AccessLogs",
            "Effect": "Allow",
            "Principal": {"Service": "logging.s3.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"{bucket}/{prefix}*",
            "Condition": {
                "ArnLike": {"aws:SourceArn": source},
                "StringEquals": {"aws:SourceAccount": account},
            },
        },
    )


def _over_tls(bucket: str) -> Statement:
    return {
        "Sid": "OverTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket, f"{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def _short(words: Sequence[str]) -> object:
    return words[0] if len(words) == 1 else list(words)
