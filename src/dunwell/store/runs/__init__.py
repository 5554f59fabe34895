"""Each long piece of work and its steps."""
