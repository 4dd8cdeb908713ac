"""Networks: their activations, layers and losses."""
