"""What the bulletin says: a module for each topic, sentences built from cells by stated rules."""
