"""The VCG mechanism (Safronov 2018, Definition 1): participants report types."""
