"""Elastic IP addresses, out of the blocks that nobody on the internet has."""

import ipaddress
import itertools

from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_ip_addresses import ElasticAddress

from rehearsal.aws.ec2 import errors

# For documentation: https://www.rfc-editor.org/rfc/rfc5737
BLOCKS = tuple(ipaddress.ip_network(block) for block in ("198.51.100.0/24", "203.0.113.0/24"))


class Addresses(EC2Backend):
    """Elastic IP addresses of a region."""

    def allocate_address(
        self, domain: str, address: str | None = None, tags: dict[str, str] | None = None
    ) -> ElasticAddress:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html.

        Raises:
            EC2ClientError: the blocks are used up.
        """
        taken = {elastic.public_ip for elastic in self.addresses}
        hosts = itertools.chain.from_iterable(block.hosts() for block in BLOCKS)
        free = address or next((str(host) for host in hosts if str(host) not in taken), None)
        if free is None:
            raise errors.too_many_addresses()
        return super().allocate_address(domain, free, tags)
