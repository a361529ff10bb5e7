"""What a team needs once, before its first stack: a Pulumi project of its own."""
