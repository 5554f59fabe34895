"""Screens of messages: the outbox by state, one message, replies that wait for a person."""
