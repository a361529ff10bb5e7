"""VPC flow logs: their role can be taken, and what they are delivered to is told as AWS tells it.

https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
"""

from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.flow_logs import FlowLogs as FlowLog
from moto.iam.models import iam_backends
from moto.logs.models import logs_backends

from rehearsal.aws.ec2 import errors
from rehearsal.aws.eks import roles
from rehearsal.aws.rules import rule

DELIVERY = "vpc-flow-logs.amazonaws.com"
TO_LOGS = "cloud-watch-logs"


@rule(errors.role_not_assumed)
def role_can_be_taken(arn: str, lets_in: bool) -> None:
    """The role of a flow log exists and lets the flow logs service take it.

    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    """
    if not lets_in:
        raise errors.role_not_assumed(arn)


class FlowLogs(EC2Backend):
    """Flow logs of a region."""

    def create_flow_logs(self, *args: Any, **kwargs: Any) -> tuple[list[FlowLog], list[Any]]:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html."""
        role = kwargs["deliver_logs_permission_arn"]
        if role is not None:
            role_can_be_taken(role, self._lets_in(role))
        destination = kwargs["log_destination"]
        to_logs = kwargs["log_destination_type"] in {None, TO_LOGS}
        if to_logs and destination and not kwargs["log_group_name"]:
            # A log group can be told by its ARN too.
            kwargs["log_group_name"] = destination.partition(":log-group:")[2].removesuffix(":*")
        made, failed = super().create_flow_logs(*args, **kwargs)
        made_ones: list[Any] = made
        for flow_log in made_ones:
            if to_logs and not flow_log.log_destination:
                groups: Any = logs_backends[self.account_id][self.region_name].groups
                group = groups.get(flow_log.log_group_name)
                if group:
                    flow_log.log_destination = group.arn
        return made, failed

    def _lets_in(self, arn: str) -> bool:
        iam: Any = iam_backends[self.account_id][self.partition]
        role = roles.find(iam, arn)
        return role is not None and DELIVERY in roles.trusted_services(role)
