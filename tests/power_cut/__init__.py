"""What a disk may hold after a power cut, enumerated from a log of the real store's writes and syncs."""
