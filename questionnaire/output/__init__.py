"""What is handed over: a scorecard drawn or written as bytes."""
