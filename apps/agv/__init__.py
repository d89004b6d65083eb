"""The AGV mechanism (Safronov 2018, Definition 2): participants report types."""
