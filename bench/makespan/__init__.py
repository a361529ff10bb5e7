"""How much longer than AWS forces it to a stack takes to be made and to be destroyed."""
