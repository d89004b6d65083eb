"""Repairs of how requests come in and answers go out: bodies, addresses, origins, websockets, and what is refused."""
