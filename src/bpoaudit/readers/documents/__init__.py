"""Documents: PDF, Word, PowerPoint, OpenDocument, RTF, EPUB, and what they share with workbooks."""
