"""JSON held to a schema: a tree of nodes, a quick check made of msgspec types, a walk that finds all that differs.

Problems are checked with it before they are sent (`optcloud.adiutaopt.problem`), replies as they come
(`optcloud.observe`). Each of the two says in its own words what it finds.
"""
