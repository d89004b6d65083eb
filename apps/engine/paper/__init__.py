"""What is printed: handouts and sheets of points, from the same pieces as the screens."""
