"""The report: one self-contained HTML page, its tables and figures as files, and the data with all predictions."""
