"""What is said to people: texts, messages, and how numbers, times and dates are written."""
