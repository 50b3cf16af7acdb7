"""What the tests share: pytest plugins, clients, and the layers' databases."""
