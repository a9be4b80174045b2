"""Engines: who sees to it that the chunks of a batch are worked, also after a death.

They bring liveness only. That no job is submitted twice is the ledger's doing, so any engine may work any chunk any
number of times: `embedded` (within the process), `fleet` (procrastinate on PostgreSQL, many machines), `executor` (any
`concurrent.futures.Executor`).
"""
