"""Tasks of a person: lists for the to-do page, and the answers as decisions."""
