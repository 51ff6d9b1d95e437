"""What measures, keeps and shows; it knows nothing of what is measured."""
