"""SQS: queues under AWS's own addresses, whose policy stays when something else is set."""

from typing import Any

import moto.sqs.urls
from moto.sqs.models import Queue, SQSBackend


class SQS(SQSBackend):
    """SQS of one account and region."""

    @property
    def _url_module(self) -> Any:
        return moto.sqs.urls

    def set_queue_attributes(self, queue_name: str, attributes: dict[str, Any]) -> Queue:
        """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html."""
        policy = self.get_queue(queue_name).policy
        return super().set_queue_attributes(queue_name, {"Policy": policy, **attributes})


def queue_url(queue: Any, _: Any) -> str:
    """Where a queue is on AWS, so that its id outlives the process that answers here.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
    """
    domain = "amazonaws.com.cn" if queue.region.startswith("cn-") else "amazonaws.com"
    return f"https://sqs.{queue.region}.{domain}/{queue.account_id}/{queue.name}"
