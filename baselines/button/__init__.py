"""The page on which curators train a baseline on a release; nothing heavy is imported but by the job."""
