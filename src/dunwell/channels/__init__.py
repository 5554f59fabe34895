"""What leaves and enters the house: SMS, voice, letters, files. Fills the ports of flows."""
