"""From export files to tables: files recognised, read completely or not at all, merged, and rows flagged."""
