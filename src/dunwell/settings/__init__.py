"""Django settings; imports nothing of ours."""
