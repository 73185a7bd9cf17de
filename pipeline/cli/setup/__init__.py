"""Commands that set up a home: accounts, templates, layouts."""
