"""Ways to send a text message: each fills the MessageSender port of flows.contact."""
