"""What KMS and CloudWatch Logs refuse in the embedded AWS: one test a rule."""

import json

import pytest

from tests.rehearsal.emulator import REGION, refusal, unique

ROOT = "arn:aws:iam::123456789012:root"
LOCKED_OUT = (
    "MalformedPolicyDocumentException",
    "The new key policy will not allow you to update the key policy in the future.",
)


@pytest.fixture
def kms(aws):
    return aws.client("kms")


@pytest.fixture
def logs(aws):
    return aws.client("logs")


@pytest.fixture
def key(kms):
    return kms.create_key()["KeyMetadata"]


def statement(actions="kms:*", condition=None, effect="Allow", **principal):
    made = {"Effect": effect, "Principal": principal, "Action": actions, "Resource": "*"}
    return {**made, "Condition": condition} if condition else made


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


OWN = statement(AWS=ROOT)


class TestKeyPolicies:
    @pytest.mark.parametrize(
        "document",
        [
            policy(statement(AWS="arn:aws:iam::123456789012:role/other")),
            policy(statement("kms:Encrypt", AWS=ROOT)),
            policy(OWN, statement("kms:Put*", effect="Deny", AWS=ROOT)),
            policy(statement(Service="logs.amazonaws.com")),
        ],
    )
    def test_do_not_lock_their_author_out(self, kms, key, document):
        assert refusal(kms.create_key, Policy=document) == LOCKED_OUT
        asked = {"KeyId": key["KeyId"], "PolicyName": "default", "Policy": document}
        assert refusal(kms.put_key_policy, **asked) == LOCKED_OUT
        kms.create_key(Policy=document, BypassPolicyLockoutSafetyCheck=True)

    @pytest.mark.parametrize("who", [ROOT, "123456789012", "*", "caller"])
    def test_that_keep_the_door_open_are_fine(self, aws, kms, who):
        caller = aws.client("sts").get_caller_identity()["Arn"]
        principal = caller if who == "caller" else who
        actions = ["kms:PutKeyPolicy", "kms:Get*"]
        kms.create_key(Policy=policy(statement(actions, AWS=principal)))

    @pytest.mark.parametrize("document", ["not JSON", "{}", '{"Statement": ["x"]}'])
    def test_are_policies(self, kms, document):
        code, _ = refusal(kms.create_key, Policy=document)
        assert code == "MalformedPolicyDocumentException"


class TestKeyStates:
    def test_a_key_that_is_pending_deletion(self, kms, key):
        name = key["KeyId"]
        kms.schedule_key_deletion(KeyId=name, PendingWindowInDays=7)
        expected = ("KMSInvalidStateException", f"{key['Arn']} is pending deletion.")
        assert refusal(kms.enable_key_rotation, KeyId=name) == expected
        assert refusal(kms.encrypt, KeyId=key["Arn"], Plaintext=b"x") == expected
        assert refusal(kms.schedule_key_deletion, KeyId=name) == expected
        alias = {"AliasName": f"alias/{unique('a')}", "TargetKeyId": name}
        assert refusal(kms.create_alias, **alias) == expected
        assert kms.describe_key(KeyId=name)["KeyMetadata"]["KeyState"] == "PendingDeletion"
        kms.cancel_key_deletion(KeyId=name)
        kms.enable_key(KeyId=name)
        kms.create_alias(**alias)

    def test_a_key_that_is_disabled(self, kms, key):
        kms.disable_key(KeyId=key["KeyId"])
        expected = ("DisabledException", f"{key['Arn']} is disabled.")
        assert refusal(kms.encrypt, KeyId=key["KeyId"], Plaintext=b"x") == expected
        assert refusal(kms.enable_key_rotation, KeyId=key["KeyId"]) == expected
        kms.enable_key(KeyId=key["KeyId"])
        kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")

    def test_an_alias_that_is_taken(self, kms, key):
        alias = {"AliasName": f"alias/{unique('a')}", "TargetKeyId": key["KeyId"]}
        kms.create_alias(**alias)
        assert refusal(kms.create_alias, **alias) == (
            "AlreadyExistsException",
            f"An alias with the name arn:aws:kms:{REGION}:123456789012:{alias['AliasName']} "
            "already exists",
        )


class TestLogGroups:
    def test_one_that_is_there_already(self, logs):
        name = unique("/aws/eks/x/cluster")
        logs.create_log_group(logGroupName=name)
        assert refusal(logs.create_log_group, logGroupName=name) == (
            "ResourceAlreadyExistsException",
            "The specified log group already exists",
        )

    def test_a_key_whose_policy_names_no_logs_service(self, logs, key):
        name = unique("group")
        arn = f"arn:aws:logs:{REGION}:123456789012:log-group:{name}"
        expected = (
            "AccessDeniedException",
            f"The specified KMS key does not exist or is not allowed to be used with Arn '{arn}'",
        )
        asked = {"logGroupName": name, "kmsKeyId": key["Arn"]}
        assert refusal(logs.create_log_group, **asked) == expected
        logs.create_log_group(logGroupName=name)
        assert refusal(logs.associate_kms_key, **asked) == expected

    def test_a_key_that_is_not_there(self, logs):
        missing = f"arn:aws:kms:{REGION}:123456789012:key/00000000-0000-0000-0000-000000000000"
        asked = {"logGroupName": unique("group"), "kmsKeyId": missing}
        assert refusal(logs.create_log_group, **asked)[0] == "AccessDeniedException"

    def test_a_key_by_its_id_only(self, logs, key):
        asked = {"logGroupName": unique("group"), "kmsKeyId": key["KeyId"]}
        assert refusal(logs.create_log_group, **asked) == (
            "InvalidParameterException",
            "The specified KMS Key Id could not be found.",
        )

    def test_a_key_for_another_log_group(self, kms, logs):
        name = unique("group")

        def made(arn):
            condition = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": arn}}
            service = statement(Service=f"logs.{REGION}.amazonaws.com", condition=condition)
            return kms.create_key(Policy=policy(OWN, service))["KeyMetadata"]["Arn"]

        theirs = made(f"arn:aws:logs:{REGION}:123456789012:log-group:other")
        code, _ = refusal(logs.create_log_group, logGroupName=name, kmsKeyId=theirs)
        assert code == "AccessDeniedException"
        own = made(f"arn:aws:logs:{REGION}:123456789012:log-group:*")
        logs.create_log_group(logGroupName=name, kmsKeyId=own)

    def test_a_key_that_is_disabled(self, kms, logs):
        service = statement(Service=f"logs.{REGION}.amazonaws.com")
        key = kms.create_key(Policy=policy(OWN, service))["KeyMetadata"]
        kms.disable_key(KeyId=key["KeyId"])
        asked = {"logGroupName": unique("group"), "kmsKeyId": key["Arn"]}
        assert refusal(logs.create_log_group, **asked)[0] == "AccessDeniedException"

    def test_a_number_of_days_that_is_not_offered(self, logs):
        name = unique("group")
        logs.create_log_group(logGroupName=name)
        code, message = refusal(logs.put_retention_policy, logGroupName=name, retentionInDays=2)
        assert code == "InvalidParameterException"
        assert message.startswith("1 validation error detected: Value '2' at 'retentionInDays'")
