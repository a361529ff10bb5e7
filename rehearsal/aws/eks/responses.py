"""Between the wire and the operations: botocore's model of EKS parses, routes and serialises."""

from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import camelcase_to_underscores, get_service_model
from moto.eks.models import eks_backends
from moto.sts.models import sts_backends

from rehearsal.aws.eks import (
    access,
    addons,
    capabilities,
    clusters,
    errors,
    fargate,
    identity_providers,
    insights,
    nodegroups,
    pod_identity,
    tags,
    updates,
    values,
)
from rehearsal.aws.eks.operations import OPERATIONS, Request

# Importing these fills the table of operations.
SERVED = (
    access,
    addons,
    capabilities,
    clusters,
    fargate,
    identity_providers,
    insights,
    nodegroups,
    pod_identity,
    tags,
    updates,
)


MODEL: Any = get_service_model("eks")
MODELS = {camelcase_to_underscores(it): MODEL.operation_model(it) for it in MODEL.operation_names}


class EKSResponse(BaseResponse):
    """Answers a request; moto finds each operation as a method of this class."""

    def __init__(self) -> None:
        super().__init__(service_name="eks")
        self.automated_parameter_parsing = True

    def call(self, name: str) -> ActionResult:
        """Carry out an operation, unless the same request token has been answered already."""
        eks: Any = eks_backends[self.current_account][self.region]
        asked = dict(self._get_params())
        values.check(MODELS[name].input_shape, asked)
        token = asked.pop("clientRequestToken", None)
        before = eks.answered.get((name, token))
        if token and before and before[0] == asked:
            return ActionResult(before[1])
        sts = sts_backends[self.current_account][self.partition]
        caller = sts.get_caller_identity(self.access_key, self.region)[1]
        answer = OPERATIONS[name](Request(eks, asked, caller))
        if token:
            eks.answered[name, token] = (asked, dict(answer))
        return ActionResult(answer)


def _method(name: str) -> Callable[[EKSResponse], ActionResult]:
    def method(self: EKSResponse) -> ActionResult:
        return self.call(name)

    return method


def _refusal(operation: str) -> Callable[[EKSResponse], ActionResult]:
    def method(_self: EKSResponse) -> ActionResult:
        raise errors.not_served(operation)

    return method


for _name in OPERATIONS:
    setattr(EKSResponse, _name, _method(_name))
for _operation in MODEL.operation_names:
    _name = camelcase_to_underscores(_operation)
    if _name not in OPERATIONS:
        setattr(EKSResponse, _name, _refusal(_operation))
