"""What all components of this package share."""

from collections.abc import Sequence

import pulumi


class Component(pulumi.ComponentResource):
    """A component whose children wait for what the component itself was told to wait for.

    Pulumi hands a component's parent and provider on to its children, but not its `depends_on`.
    Without it, "node groups after the CNI" would hold for the empty shell of the node group only.
    """

    def __init__(self, kind: str, name: str, opts: pulumi.ResourceOptions | None) -> None:
        super().__init__(f"eks-cluster:index:{kind}", name, {}, opts)
        self._depends_on = opts.depends_on if opts else None

    def child(
        self,
        *,
        depends_on: Sequence[pulumi.Input[pulumi.Resource]] = (),
        also: pulumi.ResourceOptions | None = None,
    ) -> pulumi.ResourceOptions:
        """The options of a child.

        Args:
            depends_on: What the child waits for, beside what the component waits for.
            also: Options that this child alone has.
        """
        options = pulumi.ResourceOptions.merge(
            pulumi.ResourceOptions(depends_on=self._depends_on),
            pulumi.ResourceOptions(parent=self, depends_on=list(depends_on)),
        )
        return pulumi.ResourceOptions.merge(options, also)
