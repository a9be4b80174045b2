"""The observer: compares real replies with the vendor's document as they pass, and notes what that did not know.

Opt-in (``OPTCLOUD_OBSERVE=path`` or ``OptCloud(observe=path)``); nothing here is imported otherwise. What it notes are
shapes: names of fields, JSON types, statuses, media types and places, never values. `optcloud spec observed` reads the
file (`openapi_drift.observed.observed`); its lines are described in `optcloud.observe.record`.

What it looks at: every reply up to 1 MB; of longer ones the first and then one in `watch.ONE_IN` for each operation.
"""
