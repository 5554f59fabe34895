"""Screens of following up: the board of what is due, and plans reckoned, agreed and watched."""
