"""Placement groups, which moto has none of: how instances lie to each other.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/placement-groups.html
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models import EC2Backend
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.responses import EC2Response
from moto.ec2.utils import generic_filter, random_id

from rehearsal.aws.ec2 import errors
from rehearsal.aws.rules import rule

CLUSTER, PARTITION, SPREAD = "cluster", "partition", "spread"
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreatePlacementGroup.html says of
# neither what is taken if nothing is said; these are what the documentation of Terraform's provider
# tells of AWS: https://github.com/hashicorp/terraform-provider-aws
DEFAULT_PARTITIONS = 2
DEFAULT_SPREAD = "rack"


@rule(errors.placement_group_exists)
def name_is_free(name: str, names: Collection[str]) -> None:
    """A placement group's name is unique in account and region.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreatePlacementGroup.html
    """
    if name in names:
        raise errors.placement_group_exists(name)


@rule(errors.member_of_another_strategy)
def strategy_has_members(strategy: str, members: Mapping[str, Any]) -> None:
    """Only a placement group of the strategy `partition` has a number of partitions.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreatePlacementGroup.html

    Only one of `spread` has a spread level.
    """
    for member, only in (("PartitionCount", PARTITION), ("SpreadLevel", SPREAD)):
        if members.get(member) and strategy != only:
            raise errors.member_of_another_strategy(member, only)


@rule(errors.no_placement_group)
def exists(name: str, names: Collection[str]) -> None:
    """A placement group that is named is there.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Placement.html
    """
    if name not in names:
        raise errors.no_placement_group(name)


@rule(errors.placement_group_in_use)
def is_empty(name: str, instances: Collection[str]) -> None:
    """A placement group that is deleted has no instances in it any more.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeletePlacementGroup.html
    """
    if instances:
        raise errors.placement_group_in_use(name)


@rule(errors.placement_group_in_another_zone)
def lies_in_one_zone(name: str, strategy: str, zone: str, zones: Iterable[str]) -> None:
    """All instances in a placement group of the strategy `cluster` are in one Availability Zone.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/placement-strategies.html
    """
    others = sorted(set(zones) - {zone})
    if strategy == CLUSTER and others:
        raise errors.placement_group_in_another_zone(name, others[0])


class PlacementGroup(TaggedEC2Resource):
    """A placement group.

    Args:
        ec2: where it is.
        name: of it.
        strategy: `cluster`, `spread` or `partition`.
        partitions: how many it has, of the strategy `partition`.
        spread: `rack` or `host`, of the strategy `spread`.
    """

    def __init__(
        self, ec2: Any, name: str, strategy: str, partitions: int | None, spread: str | None
    ) -> None:
        self.ec2_backend = ec2
        self.id = random_id("pg")
        self.name = name
        self.strategy = strategy
        self.partitions = partitions
        self.spread = spread

    def document(self) -> dict[str, Any]:
        """What DescribePlacementGroups answers."""
        ec2: Any = self.ec2_backend
        place = f"{ec2.partition}:ec2:{ec2.region_name}:{ec2.account_id}"
        return {
            "GroupId": self.id,
            "GroupName": self.name,
            "GroupArn": f"arn:{place}:placement-group/{self.name}",
            "State": "available",
            "Strategy": self.strategy,
            "PartitionCount": self.partitions,
            "SpreadLevel": self.spread,
            "Tags": [
                {"Key": key, "Value": value} for key, value in ec2.tags.get(self.id, {}).items()
            ],
        }

    def get_filter_value(self, filter_name: str, method_name: str | None = None) -> Any:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribePlacementGroups.html."""
        members = {
            "group-name": self.name,
            "group-arn": self.document()["GroupArn"],
            "spread-level": self.spread,
            "state": "available",
            "strategy": self.strategy,
        }
        if filter_name in members:
            return members[filter_name]
        return super().get_filter_value(filter_name, method_name)


class PlacementGroups(EC2Backend):
    """Placement groups of a region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.placement_groups: dict[str, PlacementGroup] = {}

    def create_placement_group(
        self,
        name: str,
        strategy: str,
        partitions: int | None,
        spread: str | None,
        tags: Mapping[str, str],
    ) -> PlacementGroup:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreatePlacementGroup.html."""
        name_is_free(name, self.placement_groups)
        strategy_has_members(strategy, {"PartitionCount": partitions, "SpreadLevel": spread})
        if strategy == PARTITION:
            partitions = partitions or DEFAULT_PARTITIONS
        if strategy == SPREAD:
            spread = spread or DEFAULT_SPREAD
        group: Any = PlacementGroup(self, name, strategy, partitions, spread)
        group.add_tags(dict(tags))
        self.placement_groups[name] = group
        return group

    def describe_placement_groups(
        self, names: list[str], ids: list[str], filters: Any
    ) -> list[PlacementGroup]:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribePlacementGroups.html."""
        found = list(self.placement_groups.values())
        for name in names:
            exists(name, self.placement_groups)
        for id_ in ids:
            exists(id_, {group.id for group in found})
        if names or ids:
            found = [group for group in found if group.name in names or group.id in ids]
        return generic_filter(filters, found)  # type: ignore[type-var]

    def delete_placement_group(self, name: str) -> None:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeletePlacementGroup.html."""
        exists(name, self.placement_groups)
        is_empty(name, [instance.id for instance in self._placed_in(name)])
        self.tags.pop(self.placement_groups.pop(name).id, None)

    def placement_group_for(self, placement: Mapping[str, Any], zone: str) -> str:
        """The name of the group that an instance is to be launched into; empty for none.

        Args:
            placement: what a launch template says of it.
            zone: where the instance will be.
        """
        name, id_ = placement.get("GroupName"), placement.get("GroupId")
        if id_:
            exists(id_, {group.id for group in self.placement_groups.values()})
            name = next(it.name for it in self.placement_groups.values() if it.id == id_)
        if not name:
            return ""
        exists(name, self.placement_groups)
        there = [instance.availability_zone for instance in self._placed_in(name)]
        lies_in_one_zone(name, self.placement_groups[name].strategy, zone, there)
        return name

    def _placed_in(self, name: str) -> list[Any]:
        return [
            instance
            for instance in self.all_instances()
            if instance.placement.group_name == name and instance.state != "terminated"
        ]


class PlacementGroupAnswers(EC2Response):
    """What EC2 answers about placement groups."""

    def create_placement_group(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreatePlacementGroup.html."""
        self.error_on_dryrun()
        ec2: Any = self.ec2_backend
        group = ec2.create_placement_group(
            self._get_param("GroupName"),
            self._get_param("Strategy", CLUSTER),
            self._get_int_param("PartitionCount"),
            self._get_param("SpreadLevel"),
            self._parse_tag_specification().get("placement-group", {}),
        )
        return ActionResult({"PlacementGroup": group.document()})

    def describe_placement_groups(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribePlacementGroups.html."""
        ec2: Any = self.ec2_backend
        found = ec2.describe_placement_groups(
            self._get_param("GroupNames", []),
            self._get_param("GroupIds", []),
            self._filters_from_querystring(),
        )
        return ActionResult({"PlacementGroups": [group.document() for group in found]})

    def delete_placement_group(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeletePlacementGroup.html."""
        self.error_on_dryrun()
        ec2: Any = self.ec2_backend
        ec2.delete_placement_group(self._get_param("GroupName"))
        return ActionResult({})
