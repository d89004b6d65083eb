"""Who meets whom: partners, strangers and perfect strangers; knows no treatment."""
