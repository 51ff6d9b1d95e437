"""What a company does with all its records: the jobs of the domain, each run in a process of its own."""
