"""Systems Manager: the public parameters that say which image is the newest for a node.

https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html
"""

from typing import Any

import moto.ssm.urls
from moto.core.utils import utcnow
from moto.ssm.models import Parameter, SimpleSystemManagerBackend
from moto.ssm.responses import SimpleSystemManagerResponse

from rehearsal.aws import catalog
from rehearsal.aws.replacing import urls


class SSM(SimpleSystemManagerBackend):
    """Systems Manager of one account and region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        for name, value in catalog.image_parameters(region_name).items():
            parameter: Any = Parameter(
                account_id=account_id,
                name=name,
                value=value,
                parameter_type="String",
                description=None,
                allowed_pattern=None,
                keyid=None,
                last_modified_date=utcnow(),
                version=1,
                data_type="text",
            )
            self._parameters[name].append(parameter)

    @property
    def _url_module(self) -> Any:
        return urls(moto.ssm.urls, SimpleSystemManagerResponse)
