"""Identity providers in the embedded AWS, and what EKS demands of them."""

import pytest

from tests.rehearsal.emulator import refusal, unique, until

INVALID = "InvalidParameterException"


def wish(cluster, **asked):
    oidc = {
        "identityProviderConfigName": "corporate",
        "issuerUrl": "https://login.example.org",
        "clientId": "kubernetes",
        **asked,
    }
    return {"clusterName": cluster, "oidc": oidc}


def refused(aws, cluster, **asked):
    associate = aws.client("eks").associate_identity_provider_config
    return refusal(associate, **wish(cluster, **asked))


def test_one_is_associated_described_listed_and_dissociated(aws):
    cluster = aws.cluster()
    eks = aws.client("eks")
    asked = {**wish(cluster), "clientRequestToken": unique("token"), "tags": {"a": "b"}}
    update = eks.associate_identity_provider_config(**asked)["update"]
    assert update["type"] == "AssociateIdentityProviderConfig"
    which = {"type": "oidc", "name": "corporate"}

    def found():
        where = {"clusterName": cluster, "identityProviderConfig": which}
        return eks.describe_identity_provider_config(**where)["identityProviderConfig"]["oidc"]

    until(lambda: found()["status"] == "ACTIVE", "it is ACTIVE")
    assert found()["issuerUrl"] == "https://login.example.org"
    arn = found()["identityProviderConfigArn"]
    assert eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "b"}
    configs = eks.list_identity_provider_configs
    assert configs(clusterName=cluster)["identityProviderConfigs"] == [which]
    gone = {"clusterName": cluster, "identityProviderConfig": which}
    eks.disassociate_identity_provider_config(**gone)
    until(lambda: not configs(clusterName=cluster)["identityProviderConfigs"], "it is gone")
    assert refusal(eks.disassociate_identity_provider_config, **gone) == (
        "ResourceNotFoundException",
        f"No config found for cluster: {cluster}, config type: oidc, config name: corporate",
    )


@pytest.mark.parametrize(
    "other",
    [
        {"identityProviderConfigName": "other"},
        {"issuerUrl": "https://other.example.org"},
    ],
    ids=["its issuer", "its name"],
)
def test_a_second_one_that_has_the_same_is_refused(aws, other):
    cluster = aws.cluster()
    aws.client("eks").associate_identity_provider_config(**wish(cluster))
    until(lambda: aws.describe(cluster)["status"] == "ACTIVE", "the first one is there")
    code, words = refused(aws, cluster, **other)
    assert code == "ResourceInUseException"
    assert "already" in words


def test_an_eleventh_one_is_refused(aws):
    cluster = aws.cluster()

    def provider(number):
        return {
            "identityProviderConfigName": f"sso-{number}",
            "issuerUrl": f"https://{number}.example.org",
        }

    for number in range(10):
        asked = wish(cluster, **provider(number))
        aws.client("eks").associate_identity_provider_config(**asked)
        until(lambda: aws.describe(cluster)["status"] == "ACTIVE", "it is there")
    assert refused(aws, cluster, **provider(10))[0] == "ResourceLimitExceededException"


def test_one_during_another_update_is_refused(aws):
    cluster = aws.cluster()
    with aws.at_speed(1):
        update = aws.client("eks").associate_identity_provider_config(**wish(cluster))["update"]
    assert refused(aws, cluster) == (
        "ResourceInUseException",
        f"Cannot AssociateIdentityProviderConfig because cluster {cluster} currently has update "
        f"{update['id']} in progress",
    )


def test_the_clusters_own_issuer_is_refused(aws, cluster):
    own = aws.describe(cluster)["identity"]["oidc"]["issuer"]
    assert refused(aws, cluster, issuerUrl=own) == (
        INVALID,
        "Incorrect Identity Provider URL configuration. The Identity Provider URL cannot be same "
        "as OpenID Connect (OIDC) issuer URL",
    )


@pytest.mark.parametrize("url", ["http://login.example.org", "https://login.example.org?a=b"])
def test_an_issuer_without_https_or_with_a_query_is_refused(aws, cluster, url):
    code, words = refused(aws, cluster, issuerUrl=url)
    assert code == INVALID
    assert url in words


@pytest.mark.parametrize("member", ["usernamePrefix", "groupsPrefix"])
def test_a_prefix_of_kubernetes_is_refused(aws, cluster, member):
    code, words = refused(aws, cluster, **{member: "system:"})
    assert code == INVALID
    assert member in words
