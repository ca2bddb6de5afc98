"""What mlvc does: one module a verb. Each takes a project and returns a result object."""
