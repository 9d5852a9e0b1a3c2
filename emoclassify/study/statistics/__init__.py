"""The statistics of panels, on plain arrays.

A row for each respondent, a column for each bin of the film, NaN in gaps, which travel with their respondent.
"""
