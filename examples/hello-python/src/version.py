"""What GET / answers with: the line to edit."""

VERSION = "1"
GREETING = "Hello from Python"
