"""SOPs, and following them: versions, runs, deviations, acknowledgements."""
