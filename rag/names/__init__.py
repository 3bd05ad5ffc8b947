"""Names of people in Chinese and English: how they are introduced, titled, addressed, spelled and transliterated."""
