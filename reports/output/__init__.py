"""Forms of a report: HTML, Word, workbook, scoreboard."""
