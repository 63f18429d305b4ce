"""What is true: pure functions over frozen data. No Flask, no SQL, no clock, no files, no language."""
