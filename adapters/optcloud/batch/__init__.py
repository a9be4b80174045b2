"""Batches: many jobs, on one machine or a fleet, never one twice.

A ledger (`optcloud.batch.ledger`) keeps what was decided about each job before it is done; that is what makes a job
run once. Engines (`optcloud.batch.engines`) only see to it that somebody works each chunk of a batch, again after a
death (`optcloud.batch.worker`).
"""
