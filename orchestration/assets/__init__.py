"""The assets, one module per room of DESIGN.md section 1."""
