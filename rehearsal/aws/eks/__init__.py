"""Amazon EKS: clusters, node groups, add-ons, access, updates.

Each module holds one kind of record and the operations on it. https://docs.aws.amazon.com/eks/latest/APIReference/
"""
