"""Asks AWS which versions there are."""

from typing import Any

import botocore.exceptions  # pyright: ignore[reportMissingTypeStubs]

from ops.recover.aws import Aws, told
from spec import facts


class AwsVersions:
    """EKS and Systems Manager in one region.

    Args:
        region: The region.
        profile: A profile of the AWS configuration files; None: the environment's.
    """

    def __init__(self, region: str, profile: str | None = None) -> None:
        self._aws = Aws(region, profile)

    def addon(self, name: str, kubernetes_version: str) -> str | None:
        """The version that EKS installs by default, else the newest that it offers.

        https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAddonVersions.html

        Raises:
            UserError: AWS does not answer.
        """
        pages = self._aws.client("eks").get_paginator("describe_addon_versions")
        with told():
            found = [
                version
                for page in pages.paginate(addonName=name, kubernetesVersion=kubernetes_version)
                for addon in page["addons"]
                for version in addon["addonVersions"]
            ]
        default = [it for it in found if _is_default(it, kubernetes_version)]
        return next((it["addonVersion"] for it in (*default, *found)), None)

    def image(self, kind: facts.AmiType, kubernetes_version: str) -> str | None:
        """The release that AWS recommends.

        https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html

        Raises:
            UserError: AWS does not answer.
        """
        name = kind.release_parameter.format(version=kubernetes_version)
        with told():
            try:
                return self._aws.client("ssm").get_parameter(Name=name)["Parameter"]["Value"]
            except botocore.exceptions.ClientError as error:
                answer: Any = error.response
                if answer["Error"]["Code"] != "ParameterNotFound":
                    raise
        return None


def _is_default(version: Any, kubernetes_version: str) -> bool:
    return any(
        it.get("defaultVersion") and it.get("clusterVersion") == kubernetes_version
        for it in version.get("compatibilities", ())
    )
