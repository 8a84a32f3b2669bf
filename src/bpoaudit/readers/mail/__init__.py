"""Mail: EML, MBOX, MSG, winmail.dat."""
