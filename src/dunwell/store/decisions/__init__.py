"""What was decided for each case, by which policy, from which facts; and what people overruled."""
