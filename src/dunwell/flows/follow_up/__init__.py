"""Process stage 3, follow up."""
