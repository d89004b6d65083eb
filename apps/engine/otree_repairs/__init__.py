"""What is there only because oTree is as it is: one repair a file, installed from here when the models are loaded."""


def install() -> None:
    """Before oTree reads its urls and makes its application; a second call changes nothing."""
    from engine.otree_repairs import (
        addresses,
        clock,
        creation,
        database,
        doors,
        fields,
        front,
        labels,
        lookup,
        one_lock,
        payments_tab,
        policy,
        readers,
        rooms,
        sockets,
    )

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
    from engine.otree_repairs import (
        attributes,
        compression,
        connections,
        exports,
        garbage,
        listeners,
        queries,
        static_files,
        stored_vars,
    )

    attributes.install()
    queries.install()
    stored_vars.install()
    listeners.install()
    static_files.install()
    compression.install()
    connections.install()
    exports.install()
    garbage.install()
