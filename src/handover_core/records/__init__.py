"""What people did and what is still open: work records, projects, documents."""
