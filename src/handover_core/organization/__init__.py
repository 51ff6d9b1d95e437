"""Who is where, and what the job is: units, positions, people, contracts, assignments."""
