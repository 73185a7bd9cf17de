"""The timetable: which job is due, what ran."""
