"""What a stack takes for granted, as a rehearsal is told it: types that say only what is there.

`spec.granted` works it out from a stack; the embedded AWS puts it into its account.
"""

import dataclasses
from collections.abc import Mapping
from typing import Literal

from pydantic import TypeAdapter

Way = Literal["nat", "internet"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class GivenRole:
    """An IAM role.

    Attributes:
        arn: Its ARN, with its path.
        service: The AWS service that takes it on; None: people and programs of the account.
    """

    arn: str
    service: str | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class GivenSubnet:
    """A subnet.

    Attributes:
        id: Its id: the one that is named, or one that is the same in each run.
        zone: The zone's name.
        cidr: Its IPv4 block.
        tags: Its tags.
        way_out: What its default route leads to.
    """

    id: str
    zone: str
    cidr: str
    tags: Mapping[str, str]
    way_out: Way


@dataclasses.dataclass(frozen=True, kw_only=True)
class GivenNetwork:
    """A VPC.

    Attributes:
        id: Its id: the one that is named, or one that is the same in each run.
        cidr: Its IPv4 block.
        tags: Its tags.
        ipv6: Whether it and its subnets have IPv6 blocks too.
        subnets: Its subnets. One of them at least leads to the internet, for NAT gateways.
    """

    id: str
    cidr: str
    tags: Mapping[str, str]
    ipv6: bool
    subnets: tuple[GivenSubnet, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class GivenImage:
    """An image of somebody's own.

    Attributes:
        id: Its id.
        ami_type: The kind of EKS's image that it was made from.
    """

    id: str
    ami_type: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class GivenTemplate:
    """A launch template, whose versions say nothing: EKS completes them.

    Attributes:
        id: Its id.
        versions: How many versions it has.
    """

    id: str
    versions: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class Givens:
    """All that a stack takes for granted.

    Attributes:
        account: The account's id.
        region: The stack's region.
        deployer: The ARN of the role or user that deploys; None: anybody may.
        roles: Roles that are named.
        users: ARNs of users that are named.
        policies: ARNs of policies of an account that are named.
        keys: ARNs of KMS keys that are named.
        network: The existing VPC.
        security_groups: Ids of security groups that rules or groups of nodes name.
        key_pairs: Names of EC2 key pairs that are named.
        placement_groups: Names of placement groups that are named.
        images: Images that are named.
        launch_templates: Launch templates that are named.
        prefix_lists: Ids of managed prefix lists that rules name.
        local_zones: Local Zones that the account has opted in to.
        elsewhere: ARNs that are named and are of other accounts, which a rehearsal does not have.
    """

    account: str
    region: str
    deployer: str | None = None
    roles: tuple[GivenRole, ...] = ()
    users: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    network: GivenNetwork | None = None
    security_groups: tuple[str, ...] = ()
    key_pairs: tuple[str, ...] = ()
    placement_groups: tuple[str, ...] = ()
    images: tuple[GivenImage, ...] = ()
    launch_templates: tuple[GivenTemplate, ...] = ()
    prefix_lists: tuple[str, ...] = ()
    local_zones: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()

    def as_json(self) -> bytes:
        """As `read_givens` takes it."""
        return _JSON.dump_json(self)


_JSON = TypeAdapter(Givens)


def read_givens(text: bytes) -> Givens:
    """What `Givens.as_json` has written.

    Raises:
        ValueError: It is something else.
    """
    return _JSON.validate_json(text)
