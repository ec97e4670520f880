"""How often each door opens: a table (`doors`), the counters all processes share (`counting`), and who enforces it (`middleware`)."""
