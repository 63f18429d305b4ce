"""What is kept: functions that take a connection and return frozen data; the only ring that knows SQL."""
