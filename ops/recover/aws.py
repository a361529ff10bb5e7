"""Asks AWS, with the credentials and endpoints that any AWS tool would use."""

import functools
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, cast

# botocore has no types of its own.
import botocore.config  # pyright: ignore[reportMissingTypeStubs]
import botocore.exceptions  # pyright: ignore[reportMissingTypeStubs]
import botocore.session  # pyright: ignore[reportMissingTypeStubs]
import jmespath

from ops.recover.row import Delete, Finder, Listing, Scope, Source
from ops.user_error import UserError

_EXPIRED: Final = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_UNKNOWN: Final = frozenset(
    {
        "AuthFailure",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_IN_USE: Final = frozenset(
    {
        "DeleteConflict",
        "DependencyViolation",
        "InvalidIPAddress.InUse",
        "ResourceInUseException",
    }
)
"""What is in the way goes by itself, as AWS takes down what it hangs on."""

_DELETION_SECONDS: Final = 600.0
_PAUSES: Final = (0.2, 0.5, 1.0, 2.0, 5.0)


@functools.cache
def _compiled(expression: str) -> Any:
    return jmespath.compile(expression)


def evaluate(source: Source, scope: Any) -> Any:
    """The value of an expression of the table."""
    return source(scope) if callable(source) else _compiled(source).search(scope)


class Aws:
    """One region of the account that the credentials belong to.

    Args:
        region: The region.
        profile: A profile of the AWS configuration files; None: the environment's.
    """

    def __init__(self, region: str, profile: str | None = None) -> None:
        self.region = region
        self._session: Any = botocore.session.Session(profile=profile)
        self._clients: dict[str, Any] = {}

    @functools.cached_property
    def account(self) -> str:
        """The account's id.

        Raises:
            UserError: There are no credentials, or AWS does not take them.
        """
        with told():
            return self.client("sts").get_caller_identity()["Account"]

    def items(self, finder: Finder, listing: Listing, scope: Scope) -> list[Any]:
        """What AWS answers to a listing, less what is only a memory.

        Raises:
            UserError: AWS does not answer.
        """
        with told():
            return [
                item
                for item in self._items(finder.service, listing, scope)
                if not (finder.status and evaluate(finder.status, item) in finder.gone)
            ]

    def _items(self, service: str, listing: Listing, scope: Scope) -> Iterator[Any]:
        try:
            for page in self._pages(service, listing.operation, _given(listing.parameters, scope)):
                found: list[Any] = evaluate(listing.items, page) or []
                for item in found:
                    if listing.detail:
                        yield from self._items(service, listing.detail, {**scope, "item": item})
                    else:
                        yield item
        except botocore.exceptions.ClientError as error:
            if _code(error) not in listing.missing:
                raise

    def _pages(self, service: str, operation: str, parameters: dict[str, Any]) -> Iterator[Any]:
        client = self.client(service)
        if client.can_paginate(operation):
            yield from client.get_paginator(operation).paginate(**parameters)
        else:
            yield getattr(client, operation)(**parameters)

    def tags(self, finder: Finder, item: Any) -> dict[str, str]:
        """An item's tags; none for a type that has none."""
        if finder.tags is None:
            return {}
        if isinstance(finder.tags, str):
            return tag_map(evaluate(finder.tags, item))
        with told():
            found = list(self._items(finder.service, finder.tags, {"item": item}))
        single = found[0] if len(found) == 1 else None
        return tag_map(single if single is not None and "Key" not in single else found)

    def delete(self, finder: Finder, identity: str, item: Mapping[str, Any]) -> None:
        """Deletes a resource and waits until it is gone.

        Raises:
            UserError: AWS does not delete it, or not in time.
        """
        deadline = time.monotonic() + _DELETION_SECONDS
        for step in finder.delete:
            scope = {**item, "id": identity}
            with told():
                if step.each is None:
                    self._delete(finder, step, scope, deadline)
                else:
                    for each in list(self._items(finder.service, step.each, scope)):
                        self._delete(finder, step, {**scope, "each": each}, deadline)
        if not finder.busy:
            return
        pauses = Pauses()
        while self._remains(finder, identity, item):
            if time.monotonic() > deadline:
                raise UserError(
                    f"{finder.title} {identity} is not deleted after "
                    f"{_DELETION_SECONDS / 60:.0f} minutes; see what AWS says of it, and run this "
                    "again"
                )
            pauses.rest()

    def _remains(self, finder: Finder, identity: str, item: Mapping[str, Any]) -> bool:
        scope = {**item, "filters": ec2_filters(self.tags(finder, item))}
        if finder.within is None and finder.sweep:
            found = self.items(finder, finder.sweep, scope)
        elif finder.sweep and finder.sweep.detail:
            found = self.items(finder, finder.sweep, {"name": item["clusterName"]})
        else:
            found = self.items(finder, finder.find, scope)
        return any(evaluate(finder.identity, {**scope, "item": it}) == identity for it in found)

    def _delete(self, finder: Finder, step: Delete, scope: Scope, deadline: float) -> None:
        call = getattr(self.client(finder.service), step.operation)
        pauses = Pauses()
        while True:
            try:
                call(**_given(step.parameters, scope))
            except botocore.exceptions.ClientError as error:
                code = _code(error)
                if code in step.done:
                    return
                if code not in _IN_USE or time.monotonic() > deadline:
                    raise
            else:
                return
            pauses.rest()

    def client(self, service: str) -> Any:
        """The client of a service."""
        if service not in self._clients:
            # As many tries as the AWS provider makes by default, with the SDK's growing pauses.
            retries = {"mode": "standard", "total_max_attempts": 10}
            self._clients[service] = self._session.create_client(
                service,
                region_name=self.region,
                config=botocore.config.Config(retries=retries, connect_timeout=10),
            )
        return self._clients[service]


class Pauses:
    """Ever longer pauses between two looks, for what may be quick and may be slow."""

    def __init__(self) -> None:
        self._next = 0

    def rest(self) -> None:
        """Takes the next one."""
        time.sleep(_PAUSES[min(self._next, len(_PAUSES) - 1)])
        self._next += 1


def tag_map(tags: Any) -> dict[str, str]:
    """Tags as a mapping, however a service tells them."""
    if isinstance(tags, list):
        return {tag["Key"]: tag["Value"] for tag in cast("list[Any]", tags)}
    return dict(tags or {})


def ec2_filters(tags: Mapping[str, str]) -> list[dict[str, Any]]:
    """EC2's filters for resources with these tags."""
    return [{"Name": f"tag:{key}", "Values": [value]} for key, value in sorted(tags.items())]


def _given(parameters: Mapping[str, Source], scope: Scope) -> dict[str, Any]:
    values = {name: evaluate(source, scope) for name, source in parameters.items()}
    return {name: value for name, value in values.items() if value is not None}


def _code(error: botocore.exceptions.ClientError) -> str:
    answer: Any = error.response
    return answer["Error"]["Code"]


@contextmanager
def told() -> Generator[None]:
    """Makes of botocore's errors what a user has to know."""
    try:
        yield
    except botocore.exceptions.ClientError as error:
        code = _code(error)
        if code in _EXPIRED:
            raise UserError(
                f"your AWS credentials have expired ({code}); sign in again (`aws sso login`, or "
                "however you got them) and run this again; nothing is lost"
            ) from error
        if code in _UNKNOWN:
            raise UserError(
                f"AWS does not know your credentials ({code}); see that they are those of the "
                "account the stack is in"
            ) from error
        raise UserError(f"AWS refuses: {error}") from error
    except (
        botocore.exceptions.NoCredentialsError,
        botocore.exceptions.PartialCredentialsError,
    ) as error:
        raise UserError(
            "there are no AWS credentials; set AWS_PROFILE, or sign in with `aws sso login` or "
            "`aws configure`"
        ) from error
    except botocore.exceptions.BotoCoreError as error:
        raise UserError(f"AWS cannot be asked: {error}") from error
