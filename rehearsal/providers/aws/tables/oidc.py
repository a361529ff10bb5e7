"""IAM's OpenID Connect providers, which turn a cluster's service accounts into roles."""

from typing import Any, Final

from rehearsal.providers.aws.properties import TAGS, text, text_set, texts
from rehearsal.providers.aws.resource import Call, Read, Resource, Scope, Setting, Tagging
from rehearsal.providers.aws.session import Session
from rehearsal.providers.aws.tables.ec2 import tag_list, tag_map

MISSING: Final = frozenset({"NoSuchEntity", "NoSuchEntityException"})


def _without_scheme(url: Any) -> Any:
    """IAM keeps an issuer's address without its scheme."""
    return str(url).removeprefix("https://")


def _set_client_ids(session: Session, scope: Scope) -> None:
    before, after = set(scope["old"].get("clientIdLists") or []), set(scope["clientIdLists"])
    for operation, clients in (
        ("add_client_id_to_open_id_connect_provider", after - before),
        ("remove_client_id_from_open_id_connect_provider", before - after),
    ):
        for client in sorted(clients):
            session.api(operation, OpenIDConnectProviderArn=scope["id"], ClientID=client)


def _set_thumbprints(session: Session, scope: Scope) -> None:
    if scope.get("thumbprintLists"):
        session.api(
            "update_open_id_connect_provider_thumbprint",
            OpenIDConnectProviderArn=scope["id"],
            ThumbprintList=scope["thumbprintLists"],
        )


OPEN_ID_CONNECT_PROVIDER: Final = Resource(
    type="aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    title="IAM OIDC Provider",
    service="iam",
    properties={
        "clientIdLists": text_set(required=True),
        "thumbprintLists": texts(computed=True),
        "url": text(required=True, replaces=True, canonical=_without_scheme),
        **TAGS,
    },
    create=Call(
        operation="create_open_id_connect_provider",
        parameters={
            "ClientIDList": "clientIdLists",
            "Tags": lambda scope: tag_list(scope.get("tagsAll")),
            "ThumbprintList": "thumbprintLists",
            "Url": "url",
        },
    ),
    identity="answer.OpenIDConnectProviderArn",
    read=(
        Read(
            call=Call(
                operation="get_open_id_connect_provider",
                parameters={"OpenIDConnectProviderArn": "id"},
            ),
            missing=MISSING,
            outputs={
                "arn": lambda scope: scope["id"],
                "clientIdLists": "ClientIDList",
                "thumbprintLists": "ThumbprintList",
                "url": "Url",
            },
        ),
    ),
    settings=(
        Setting(watches=("thumbprintLists",), call=_set_thumbprints, title="thumbprint"),
        Setting(watches=("clientIdLists",), call=_set_client_ids, title="client IDs"),
    ),
    tagging=Tagging(
        add=Call(
            operation="tag_open_id_connect_provider",
            parameters={
                "OpenIDConnectProviderArn": "id",
                "Tags": lambda scope: tag_list(scope["tags"]),
            },
        ),
        remove=Call(
            operation="untag_open_id_connect_provider",
            parameters={"OpenIDConnectProviderArn": "id", "TagKeys": "keys"},
        ),
        read=tag_map,
    ),
    delete=Call(
        operation="delete_open_id_connect_provider",
        parameters={"OpenIDConnectProviderArn": "id"},
        ignore=MISSING,
    ),
)

ROWS: Final = (OPEN_ID_CONNECT_PROVIDER,)
