"""Tables: their columns and rows, as CSV, workbook and Parquet."""
