"""Stand-in for the official `aws` provider: Pulumi's calls turned into AWS calls on loopback."""
