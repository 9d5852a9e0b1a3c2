"""What was said: words with their times, and phrases with the emotions of voice and face beside them."""
