"""Availability Zones, and Local Zones, which are there for who has opted in to their group.

https://docs.aws.amazon.com/local-zones/latest/ug/getting-started.html
"""

import copy
from typing import Any, Final

from moto.core.responses import ActionResult
from moto.ec2.models import EC2Backend
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend, Zone
from moto.ec2.responses import EC2Response

from rehearsal.aws.ec2 import errors
from rehearsal.aws.rules import rule
from spec import facts

LOCAL: Final = "local-zone"
OPTED_IN: Final = "opted-in"
# What moto cannot filter by.
OWN_FILTERS: Final = {"group-name": "group_name", "opt-in-status": "opt_in_status"}


@rule(errors.no_zone_group)
def zone_group_exists(group: str, there: set[str]) -> None:
    """A zone group that an account opts in to is one of Local Zones of the region.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyAvailabilityZoneGroup.html
    """
    if group not in there:
        raise errors.no_zone_group(group)


@rule(errors.opted_in_for_good)
def stays_opted_in(group: str, status: str) -> None:
    """Only AWS's support takes an account out of a zone group.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyAvailabilityZoneGroup.html
    """
    if status != OPTED_IN:
        raise errors.opted_in_for_good(group)


class Zones(EC2Backend):
    """The zones of a region, as an account sees them."""

    def __init__(self, region_name: str, account_id: str) -> None:
        self.zone_groups: set[str] = set()
        super().__init__(region_name, account_id)

    def describe_availability_zones(
        self,
        filters: Any = None,
        zone_names: list[str] | None = None,
        zone_ids: list[str] | None = None,
        *,
        everything: bool = False,
    ) -> list[Zone]:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html.

        Args:
            filters: values by the filter's name.
            zone_names: only these.
            zone_ids: only these.
            everything: those too that the account has not opted in to.
        """
        known: Any = {
            name: values for name, values in (filters or {}).items() if name not in OWN_FILTERS
        }
        found = [
            self._seen(zone)
            for zone in super().describe_availability_zones(known, zone_names, zone_ids)
        ]
        found += [
            zone
            for zone in self._local_zones(known)
            if (not zone_names or zone.name in zone_names)
            and (not zone_ids or zone.zone_id in zone_ids)
        ]
        for name, attribute in OWN_FILTERS.items():
            if filters and name in filters:
                found = [it for it in found if getattr(it, attribute) in filters[name]]
        return [it for it in found if everything or it.opt_in_status != "not-opted-in"]

    def opt_in(self, group: str, status: str) -> None:
        """Let the account use the zones of a group from now on."""
        zone_group_exists(group, {zone.group for zone in self._of_region()})
        stays_opted_in(group, status)
        self.zone_groups.add(group)

    def _of_region(self) -> list[facts.LocalZone]:
        return [it for it in facts.local_zones().values() if it.region == self.region_name]

    def _seen(self, zone: Zone) -> Any:
        seen: Any = copy.copy(zone)
        seen.group_name = f"{self.region_name}-zg-1"
        seen.network_border_group = self.region_name
        seen.opt_in_status = "opt-in-not-required"
        return seen

    def _local_zones(self, filters: dict[str, Any]) -> list[Any]:
        zones = []
        parents = {it.zone_id: it.name for it in RegionsAndZonesBackend.zones[self.region_name]}
        for fact in self._of_region():
            zone: Any = Zone(fact.name, fact.region, fact.id, LOCAL)
            zone.group_name = zone.network_border_group = fact.group
            zone.opt_in_status = OPTED_IN if fact.group in self.zone_groups else "not-opted-in"
            # Of some, the parent is one of the zones that new accounts do not see any more.
            if fact.parent_zone_id in parents:
                zone.parent_zone_id = fact.parent_zone_id
                zone.parent_zone_name = parents[fact.parent_zone_id]
            told = {
                "zone-id": fact.id,
                "zone-name": fact.name,
                "zone-type": LOCAL,
                "region-name": fact.region,
                "state": zone.state,
            }
            if all(told.get(name) in values for name, values in filters.items()):
                zones.append(zone)
        return zones


class ZoneAnswers(EC2Response):
    """Answers that know of zones one has to opt in to."""

    def describe_availability_zones(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html."""
        ec2: Any = self.ec2_backend
        zones = ec2.describe_availability_zones(
            self._filters_from_querystring(),
            self._get_param("ZoneNames", []),
            self._get_param("ZoneIds", []),
            everything=str(self._get_param("AllAvailabilityZones")).lower() == "true",
        )
        return ActionResult({"AvailabilityZones": zones})

    def modify_availability_zone_group(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyAvailabilityZoneGroup.html."""
        ec2: Any = self.ec2_backend
        ec2.opt_in(self._get_param("GroupName"), self._get_param("OptInStatus"))
        return ActionResult({"Return": True})
