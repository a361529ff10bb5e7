"""A real Kubernetes control plane on this machine, whose nodes are simulated.

It knows nothing of AWS: :mod:`rehearsal.aws.eks.kubernetes` makes one for each cluster.
"""
