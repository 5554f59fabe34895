"""Documents for people: agreements as docx, to be edited and signed, and as PDF."""
