"""What is run beside Pulumi: `python -m ops --help`."""
