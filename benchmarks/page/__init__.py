"""What was measured, as a page of the documentation with pictures: pure functions of the results."""
