"""How a company's personal data is kept."""
