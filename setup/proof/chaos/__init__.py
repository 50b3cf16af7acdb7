"""The chaos program: real processes, real faults, an oracle of its own."""
