"""Documents of plain blocks, written as docx, pdf and html."""
