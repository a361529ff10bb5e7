"""What all components of this package share."""

import copy
from collections.abc import Sequence

import pulumi


class Component(pulumi.ComponentResource):
    """A component whose children wait for what the component itself was told to wait for.

    Pulumi hands a component's parent and provider on to its children, but not its `depends_on`.
    Without it, "node groups after the CNI" would hold for the empty shell of the node group only.
    """

    def __init__(
        self,
        kind: str,
        name: str,
        opts: pulumi.ResourceOptions | None,
        *,
        shell_waits: bool = True,
    ) -> None:
        """Registers the component, without children.

        Args:
            kind: The last part of its type.
            name: Its name in the program.
            opts: Its options.
            shell_waits: Whether the shell waits too. If not, a child that need not wait, because
                it is not made with the options of `child`, is made at once.
        """
        shell = copy.copy(opts) if opts else pulumi.ResourceOptions()
        self._depends_on = shell.depends_on
        if not shell_waits:
            shell.depends_on = None
        super().__init__(f"eks-cluster:index:{kind}", name, {}, shell)

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
