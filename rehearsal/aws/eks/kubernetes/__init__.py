"""The Kubernetes side of EKS's clusters.

What EKS keeps is the truth, and what the Kubernetes API of a cluster holds follows from it: in
:mod:`~rehearsal.aws.eks.kubernetes.planes` each cluster has a control plane and a thread that makes
its API hold what :mod:`~rehearsal.aws.eks.kubernetes.wanted` says. Nobody waits for that API with
the lock of the account held: the API itself asks who a caller is, and needs the lock for that.
"""
