"""What fraud can gain where readers cannot see each other, against the bounds of docs/exposure.md."""
