"""Long work outside a web request."""
