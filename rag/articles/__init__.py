"""Articles from files: plain text, Markdown and web pages read into blocks, metadata and passages."""
