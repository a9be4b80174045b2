"""Gurobi Instant Cloud, REST API v1: rent solver machines.

The vendor has deprecated this API in favour of v2, whose keys are different ones; it has no OpenAPI document, so this
package is written by hand from the vendor's reference page and its public sample clients (facts "Gurobi v1").
"""
