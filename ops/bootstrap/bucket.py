"""What AWS knows of a state bucket before Pulumi is asked."""

from collections.abc import Mapping
from typing import Any

import botocore.exceptions  # pyright: ignore[reportMissingTypeStubs]
import botocore.session  # pyright: ignore[reportMissingTypeStubs]

from ops.user_error import UserError

_STACKS = ".pulumi/stacks/"
_NONE = frozenset({"NoSuchBucket", "404"})


class Account:
    """An account, as whoever is signed in sees it.

    Args:
        region: The region of the state bucket.
        profile: A profile of the AWS configuration files; None: the environment's.
        environment: Settings of AWS that are not the process's own.

    Raises:
        UserError: There is no such profile.
    """

    def __init__(self, region: str, profile: str | None, environment: Mapping[str, str]) -> None:
        self._region = region
        self._session: Any = botocore.session.Session(profile=profile)
        self._given: dict[str, str] = {
            option: environment[name]
            for option, name in (
                ("endpoint_url", "AWS_ENDPOINT_URL"),
                ("aws_access_key_id", "AWS_ACCESS_KEY_ID"),
                ("aws_secret_access_key", "AWS_SECRET_ACCESS_KEY"),
                ("aws_session_token", "AWS_SESSION_TOKEN"),
            )
            if name in environment
        }

    def id(self) -> str:
        """The account's id.

        Raises:
            UserError: Nobody is signed in.
        """
        return str(self._ask("sts", "get_caller_identity")["Account"])

    def stacks(self, bucket: str) -> list[str]:
        """Stacks whose state a bucket holds, as `project/name`; none where there is no bucket.

        Raises:
            UserError: The bucket cannot be read.
        """
        client = self._client("s3")
        found: list[str] = []
        try:
            for page in client.get_paginator("list_objects_v2").paginate(
                Bucket=bucket, Prefix=_STACKS
            ):
                found += [str(it["Key"]).removeprefix(_STACKS) for it in page.get("Contents") or ()]
        except botocore.exceptions.ClientError as error:
            answer: Any = error.response
            if answer["Error"]["Code"] in _NONE:
                return []
            raise UserError(f"the bucket {bucket} cannot be read: {error}") from error
        except botocore.exceptions.BotoCoreError as error:
            raise UserError(f"the bucket {bucket} cannot be read: {error}") from error
        suffixes = (".json", ".json.gz")
        return sorted(
            {
                it.removesuffix(suffix)
                for it in found
                for suffix in suffixes
                if it.endswith(suffix) and not it.removesuffix(suffix).endswith(".json")
            }
        )

    def _ask(self, service: str, operation: str) -> Any:
        try:
            return getattr(self._client(service), operation)()
        except (
            botocore.exceptions.BotoCoreError,
            botocore.exceptions.ClientError,
        ) as error:
            raise UserError(f"AWS does not say whose account this is: {error}") from error

    def _client(self, service: str) -> Any:
        try:
            return self._session.create_client(service, region_name=self._region, **self._given)
        except botocore.exceptions.BotoCoreError as error:
            raise UserError(f"AWS cannot be asked: {error}") from error
