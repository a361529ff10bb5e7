"""The certificate authority of a cluster without an API: valid for clients that parse it."""

import base64
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec

from rehearsal.kubernetes.pki import authority_certificate


def certificate_authority(created: datetime) -> str:
    """The ``certificateAuthority.data`` of a new cluster: base64 of a PEM certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    return base64.b64encode(authority_certificate(key, created)).decode()
