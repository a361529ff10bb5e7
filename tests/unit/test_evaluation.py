"""What policies of IAM say about requests."""

import pytest

from rehearsal.aws.permissions.evaluation import Effect, Request, decide

ALLOW, DENY, NOTHING = Effect.ALLOW, Effect.DENY, Effect.NOTHING


def said(statement, action="s3:GetObject", resource="arn:aws:s3:::b/k", principals=(), **context):
    context = {key.replace("__", ":"): value for key, value in context.items()}
    request = Request(action=action, resource=resource, context=context, principals=principals)
    whole = {"Effect": "Allow", "Action": "*", "Resource": "*", **statement}
    return decide({"Statement": [whole]}, request)


@pytest.mark.parametrize(
    ("statement", "effect"),
    [
        ({"Action": "s3:GetObject"}, ALLOW),
        ({"Action": "S3:getobject"}, ALLOW),
        ({"Action": "s3:Get*"}, ALLOW),
        ({"Action": ["ec2:*", "s3:GetObjec?"]}, ALLOW),
        ({"Action": "s3:PutObject"}, NOTHING),
        ({"Action": "s3:[G]etObject"}, NOTHING),
        ({"NotAction": "iam:*"}, ALLOW),
        ({"NotAction": "s3:*"}, NOTHING),
        ({"Resource": "arn:aws:s3:::b/*"}, ALLOW),
        ({"Resource": "arn:aws:s3:::b"}, NOTHING),
        ({"Resource": "arn:aws:s3:::B/*"}, NOTHING),
        ({"NotResource": "arn:aws:s3:::b/*"}, NOTHING),
        ({"Effect": "Deny"}, DENY),
    ],
)
def test_actions_and_resources(statement, effect):
    if "NotAction" in statement:
        statement = {**statement, "Action": None}
        del statement["Action"]
        request = Request(action="s3:GetObject", resource="arn:aws:s3:::b/k")
        policy = {"Statement": [{"Effect": "Allow", "Resource": "*", **statement}]}
        assert decide(policy, request) is effect
    elif "NotResource" in statement:
        request = Request(action="s3:GetObject", resource="arn:aws:s3:::b/k")
        policy = {"Statement": [{"Effect": "Allow", "Action": "*", **statement}]}
        assert decide(policy, request) is effect
    else:
        assert said(statement) is effect


def test_a_deny_counts_more_than_an_allow():
    both = [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "s3:*", "Resource": "*"},
    ]
    assert decide({"Statement": both}, Request(action="s3:GetObject")) is DENY


def test_a_resource_that_is_not_known_is_any():
    assert said({"Resource": "arn:aws:s3:::other"}, resource=None) is ALLOW


@pytest.mark.parametrize(
    ("operator", "values", "given", "effect"),
    [
        ("StringEquals", "eu-west-1", "eu-west-1", ALLOW),
        ("StringEquals", ["a", "eu-west-1"], "eu-west-1", ALLOW),
        ("StringEquals", "eu-*", "eu-west-1", NOTHING),
        ("StringLike", "eu-*", "eu-west-1", ALLOW),
        ("StringEqualsIgnoreCase", "EU-WEST-1", "eu-west-1", ALLOW),
        ("StringNotEquals", "eu-west-1", "eu-west-1", NOTHING),
        ("StringNotEquals", ["a", "b"], "eu-west-1", ALLOW),
        ("StringNotLike", "eu-*", "eu-west-1", NOTHING),
        ("ArnLike", "arn:aws:iam::*:role/x", "arn:aws:iam::1:role/x", ALLOW),
        ("Bool", "true", "true", ALLOW),
        ("Bool", True, "true", ALLOW),
        ("Bool", "false", "true", NOTHING),
        ("Null", "true", None, ALLOW),
        ("Null", "false", None, NOTHING),
        ("StringEquals", "x", None, NOTHING),
        ("StringNotEquals", "x", None, ALLOW),
        ("StringEqualsIfExists", "x", None, ALLOW),
        ("ForAnyValue:StringEquals", "x", "x", ALLOW),
    ],
)
def test_conditions(operator, values, given, effect):
    condition = {operator: {"aws:SomeKey": values}}
    assert said({"Condition": condition}, aws__somekey=given) is effect


def test_a_key_that_nobody_knows_of_allows_and_does_not_deny():
    condition = {"StringEquals": {"aws:Unheard": "x"}}
    assert said({"Condition": condition}) is ALLOW
    assert said({"Effect": "Deny", "Condition": condition}) is NOTHING


def test_an_operator_that_is_not_known_allows_and_does_not_deny():
    condition = {"NumericLessThan": {"aws:k": "1"}}
    assert said({"Condition": condition}, aws__k="2") is ALLOW
    assert said({"Effect": "Deny", "Condition": condition}, aws__k="0") is NOTHING


def test_policies_of_resources_name_who_may():
    service = [("Service", "logging.s3.amazonaws.com")]
    named = {"Principal": {"Service": "logging.s3.amazonaws.com"}}
    assert said(named, principals=service) is ALLOW
    assert said(named, principals=[("AWS", "arn:aws:iam::1:role/x")]) is NOTHING
    assert said({"Principal": "*"}, principals=service) is ALLOW
    root = {"Principal": {"AWS": "arn:aws:iam::1:root"}}
    assert said(root, principals=[("AWS", "arn:aws:iam::1:role/x")]) is ALLOW
