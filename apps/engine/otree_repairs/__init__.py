"""What is there only because oTree is as it is."""
