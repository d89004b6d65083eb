"""What is there only because oTree is as it is: one repair a file, installed from here when the models are loaded.

`storage`, `requests` and `pages` are rooms of their own; what concerns several of them stands beside them.
"""


def install() -> None:
    """Before oTree reads its urls and makes its application; a second call changes nothing."""
    from engine.otree_repairs import clock, creation, doors, labels, readers
    from engine.otree_repairs.pages import fields, payments_tab, rooms
    from engine.otree_repairs.requests import addresses, front, policy, sockets
    from engine.otree_repairs.storage import database, lookup, one_lock

    if front.is_installed():
        return
    database.install()
    fields.install()
    one_lock.install()
    sockets.install()
    front.install()
    clock.install()
    addresses.install()
    creation.install()
    readers.install()
    lookup.repair_lookup()
    labels.install()
    payments_tab.install()
    rooms.install()
    doors.install()
    policy.install()
    lighter()


def lighter() -> None:
    """Repairs after which the same things are done with less work."""
    from engine.otree_repairs.requests import compression, connections, garbage, static_files
    from engine.otree_repairs.storage import attributes, exports, listeners, queries, stored_vars

    attributes.install()
    queries.install()
    stored_vars.install()
    listeners.install()
    static_files.install()
    compression.install()
    connections.install()
    exports.install()
    garbage.install()
