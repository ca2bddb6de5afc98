"""One module a verb; each is imported when its verb is called, and not before."""
