"""The report: one content in plain blocks, written as docx, pdf and html."""
