"""Questions in, outcomes out: provers are asked, and what they propose is put to the kernel."""
