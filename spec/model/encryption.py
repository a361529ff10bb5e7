"""Encryption of Kubernetes secrets."""

from typing import Annotated

from spec.model.base import AsTuple, Model, Unique, number
from spec.model.logs import KeyArn
from spec.model.principals import Principal


class EncryptionSpec(Model):
    """The KMS key that encrypts Kubernetes secrets, and logs unless they have one of their own.

    https://docs.aws.amazon.com/eks/latest/userguide/envelope-encryption.html
    """

    key_arn: KeyArn | None = None
    """A key that is there, for the secrets. Cannot be changed later. Default: a new key."""
    administrators: Annotated[tuple[Principal, ...], AsTuple, Unique] = ()
    """IAM roles and users that manage the new key. The account itself always can, so that the key
    is never out of reach."""
    rotation_days: Annotated[int, number("a rotation period", "key.rotation")] = 365
    """Days between rotations of the new key, 90 to 2560."""
    deletion_window_days: Annotated[int, number("a window", "key.deletion-window")] = 30
    """Days until the new key is gone after `pulumi destroy`, 7 to 30. Until then it can be
    brought back."""

    @property
    def describes_new_key(self) -> bool:
        """Whether something is said of the key that would be made."""
        mine = self.model_copy(update={"key_arn": None})
        return mine != EncryptionSpec()
