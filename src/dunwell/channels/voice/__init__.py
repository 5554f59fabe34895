"""Ways to ring a number: each fills the Dialler port of flows.contact."""
