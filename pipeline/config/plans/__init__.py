"""Plans of several years: which holds on a day, next year's out of this year's."""
