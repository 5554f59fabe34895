"""Keys and sealed values: AES-256-GCM fields, blind indexes, masks. Below every room of the store."""
