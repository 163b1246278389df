"""Links from articles and comments to dated conflict events."""
