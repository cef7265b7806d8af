"""The web site in a real browser, on a register that runs with the demonstration's data."""
