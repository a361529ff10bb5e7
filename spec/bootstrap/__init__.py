"""What a team needs once, before any stack: the typed model of `bootstrap/Pulumi.<name>.yaml`."""

from spec.bootstrap.file import Bootstrap, from_engine, read_bootstrap_file
from spec.bootstrap.model import (
    BootstrapSpec,
    GithubSpec,
    GitlabSpec,
    StackRolesSpec,
    StateBucketSpec,
)
from spec.bootstrap.trust import Trust, deploy_trust, preview_trust

__all__ = [
    "Bootstrap",
    "BootstrapSpec",
    "GithubSpec",
    "GitlabSpec",
    "StackRolesSpec",
    "StateBucketSpec",
    "Trust",
    "deploy_trust",
    "from_engine",
    "preview_trust",
    "read_bootstrap_file",
]
