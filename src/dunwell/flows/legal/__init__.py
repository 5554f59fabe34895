"""Process step 2.4, the legal route."""
