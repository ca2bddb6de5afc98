"""What GitHub Actions need of mlvc: workflows, and what their steps say to GitHub."""
