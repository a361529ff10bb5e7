"""The Pulumi components of an EKS cluster, one to a file."""
