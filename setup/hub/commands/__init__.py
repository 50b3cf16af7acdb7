"""One module per file in setup/, run inside the project's environment."""
