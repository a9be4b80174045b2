"""The only hand-written code that does IO with httpx: a driver and a transport, blocking and asyncio."""
