"""The physical clean-up of each kind of database: how old bytes leave its files."""
