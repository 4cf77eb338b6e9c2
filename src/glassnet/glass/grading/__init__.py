"""A folder of submissions, each run in a process of its own, reviewed and reported."""
