"""The ledger of batches: what was decided about each job, kept before it is done. `ledger.JobLedger` is the way in."""
