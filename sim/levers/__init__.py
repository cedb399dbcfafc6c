"""What policy changes: one lever a file, named by content, stating its paragraph."""
