"""What every request shares: who asks, in which transaction, and how an error is told."""
