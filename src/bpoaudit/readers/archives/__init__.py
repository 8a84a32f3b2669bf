"""Archives: ZIP, TAR, 7z."""
