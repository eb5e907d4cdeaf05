"""The QA report of a quarter, which reviewers read and sign."""
