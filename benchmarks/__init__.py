"""What the program costs in time, measured side by side in one run; never asserted in a test."""
