"""Networks: their activations and layers, their losses with derivatives."""
