"""The storage of AIMMS PRO: objects in buckets."""
