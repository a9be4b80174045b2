"""What is particular to each cloud, as pure flows: nothing here does IO."""
