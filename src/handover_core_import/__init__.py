"""A company's own sheets turned into commands: readers, mapping, three-way compare, rejects."""
