"""The contestants: each file says how one library trains a workload.

`trainer(workload, threads)` sets everything up and returns a function that trains for so many
epochs from the same first parameters, and returns the cost of the last epoch.
"""
