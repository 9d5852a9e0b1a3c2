"""Whose connections are counted together."""

import asyncio
from typing import Any, cast

import pytest
import uvicorn
from uvicorn.server import ServerState

from emoclassify.listen.connection import Connection
from emoclassify.listen.connections import Connections
from emoclassify.listen.settings import ListenSettings


class Cable(asyncio.Transport):
    """A connection from an address; nothing goes over it."""

    def __init__(self, address: str) -> None:
        super().__init__({"peername": (address, 1234)})

    def write(self, data: Any) -> None:
        """Nobody reads it."""

    def close(self) -> None:
        """It ends with the test."""

    def abort(self) -> None:
        """It ends with the test."""

    def is_closing(self) -> bool:
        return False


@pytest.mark.parametrize(
    ("addresses", "n_kept"),
    [
        ([f"203.0.113.{n}" for n in range(20)], 20),
        (["203.0.113.7"] * 20, 8),
        ([f"2001:db8:1:2::{n:x}" for n in range(20)], 8),
        ([f"2001:db8:1:{n:x}::1" for n in range(20)], 20),
    ],
)
def test_a_house_with_many_addresses_has_the_connections_of_one(addresses: list[str], n_kept: int) -> None:
    """A network of IPv6 is given to a house whole: by addresses alone it could take all connections."""

    async def connect() -> int:
        config = uvicorn.Config(cast(Any, lambda *_: None), interface="asgi3", log_config=None)
        config.load()
        connections = Connections(ListenSettings(connections_per_address=8))
        for address in addresses:
            connection = Connection(connections, config=config, server_state=ServerState(), app_state={})
            connection.connection_made(Cable(address))
        return len(connections)

    assert asyncio.run(connect()) == n_kept
