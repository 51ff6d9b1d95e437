"""Writers: workbooks, CSV and JSON Lines."""
