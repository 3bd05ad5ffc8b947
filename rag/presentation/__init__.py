"""What people read: answers, places and speakers in a terminal or as Markdown, wrapped and safe to print."""
