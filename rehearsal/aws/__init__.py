"""An AWS of one process on loopback, for rehearsals.

It speaks AWS's own wire protocol. What moto knows, moto answers; EKS is answered here, and so is
what EC2 refuses because something still depends on it. Start it with ``python -m rehearsal.aws``.
"""
