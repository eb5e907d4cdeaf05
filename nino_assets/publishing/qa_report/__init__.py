"""The QA report of a quarter: the audit checklist that reviewers read and sign, as HTML and ODS."""
