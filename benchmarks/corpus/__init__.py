"""The project's own labelled texts, conversations and tables: generated from templates, seeded."""
